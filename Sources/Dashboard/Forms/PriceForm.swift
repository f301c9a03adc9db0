import AccountData
import Engine
import MarketData
import Trading
import Units

/// Where a stop, a target or a resting order goes: a price being typed.
struct PriceForm: Sendable, Equatable {
  /// What is moved.
  enum Purpose: Sendable, Equatable {
    case stop(PositionKey)
    case target(PositionKey)
    case order(OrderReference)
  }

  let purpose: Purpose
  /// What the form is about, for its title.
  let title: String
  let openedAt: Timestamp
  var text: String

  /// The price that was typed, or what is wrong with it.
  func price() throws(FormProblem) -> Price {
    Price(try FormNumber.parse(text, "price"))
  }
}

/// An order that is being moved: its cancel has left, the new one waits for the proof of it.
///
/// Both at once could both fill; the new one therefore leaves when the old one is gone for good.
struct PendingAmend: Sendable, Equatable {
  let reference: OrderReference
  let price: Price
  let since: Timestamp

  /// How long the proof is waited for.
  static let patience = TimeSpan.seconds(30)
}

extension TrackedOrder {
  /// The wish for the same order at another price, with what has not filled.
  func moved(to price: Price) -> OpeningIntent {
    let type: OrderType =
      switch self.type {
      case .postOnly: .postOnly(price)
      case .market, .limit, .fillOrKill, .immediateOrCancel: .limit(price)
      }
    return OpeningIntent(
      instrument: instrument, side: side == .buy ? .long : .short, marginMode: marginMode,
      type: type, size: .contracts(remainingContracts),
      stop: stopLoss.map(StopPlan.stop) ?? .none, takeProfit: takeProfit)
  }
}

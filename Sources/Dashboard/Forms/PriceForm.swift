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
    case order(ClientOrderID)
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

extension OrderType {
  /// The same kind of order at another price; a market order has none.
  func moved(to price: Price) -> OrderType {
    switch self {
    case .market, .limit: .limit(price)
    case .postOnly: .postOnly(price)
    case .fillOrKill: .fillOrKill(price)
    case .immediateOrCancel: .immediateOrCancel(price)
    }
  }
}

import Trading
import Units

/// What a strategy wants. The engine makes intents of it, the risk gate orders or denials.
public enum Wish: Sendable, Hashable {
  /// Opens a position, or adds to one of the same side. Behind a ``close(reason:)`` it waits until
  /// the position is gone and the balance shows it, half a minute and until the next candle at
  /// most.
  case open(OpeningWish)
  /// Closes the whole position at market; alone it is done at candles of the past as well, of which
  /// the newest one counts.
  case close(reason: String)
}

extension [Wish] {
  /// Whether one of them opens a position of this side.
  public func hasOpening(_ side: PositionSide) -> Bool {
    contains { wish in
      switch wish {
      case .open(let opening): opening.side == side
      case .close: false
      }
    }
  }

  /// What closes, without what opens.
  public var closes: [Wish] {
    filter { wish in
      switch wish {
      case .close: true
      case .open: false
      }
    }
  }
}

/// A position that a strategy wants.
public struct OpeningWish: Sendable, Hashable {
  /// Which way.
  public var side: PositionSide
  /// How the order meets the book.
  public var type: OrderType
  /// How large it is to be.
  public var size: SizeRequest
  /// What ends it when it goes wrong.
  public var stop: StopPlan
  /// Where it takes profit; nil when the strategy closes itself.
  public var takeProfit: Trigger?
  /// Why, in one sentence for the journal.
  public var reason: String

  /// States a wish.
  public init(
    side: PositionSide, type: OrderType = .market, size: SizeRequest, stop: StopPlan,
    takeProfit: Trigger? = nil, reason: String
  ) {
    self.side = side
    self.type = type
    self.size = size
    self.stop = stop
    self.takeProfit = takeProfit
    self.reason = reason
  }
}

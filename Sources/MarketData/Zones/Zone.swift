import Trading
import Units

/// A price range from which the price once left fast: orders may still wait there.
public struct Zone: Sendable, Hashable {
  /// What waits there.
  public enum Kind: String, Sendable, Hashable {
    /// Buyers: the price left upward.
    case demand
    /// Sellers: the price left downward.
    case supply
  }

  /// How the price came and left.
  public enum Form: String, Sendable, Hashable {
    case dropBaseRally = "drop-base-rally"
    case rallyBaseRally = "rally-base-rally"
    case rallyBaseDrop = "rally-base-drop"
    case dropBaseDrop = "drop-base-drop"
  }

  /// Where it stands in its life.
  public enum State: String, Sendable, Hashable {
    /// The price has not come back.
    case fresh
    /// The price has come back and left again.
    case tested
    /// A candle has closed beyond it: it counts no more.
    case broken
  }

  /// What waits there.
  public let kind: Kind
  /// How the price came and left.
  public let form: Form
  /// The upper end.
  public let top: Price
  /// The lower end.
  public let bottom: Price
  /// When its base began.
  public let beganAt: Timestamp
  /// When the candle opened whose close proved it.
  public let provenAt: Timestamp
  /// How many candles its base has.
  public let baseCount: Int
  /// How far the price left it, in average true ranges.
  public let departure: Double
  /// How often the price has come back, the present visit included.
  public internal(set) var touchCount = 0
  /// Where it stands in its life.
  public internal(set) var state = State.fresh
  /// Whether the newest candle reached into it.
  public internal(set) var isVisited = false

  /// How much it is trusted, 0 through 1: four tenths for a departure of three average true ranges,
  /// three tenths for a base of one candle, less with each more, three tenths up to the end of the
  /// first visit, half of that up to the end of the second, a third up to that of the third.
  public var confidence: Double {
    let leaving = min(1, departure / 3)
    let brevity = 1 - Double(baseCount - 1) / Double(ZoneDetector.longestBase)
    let visitsOver = isVisited ? touchCount - 1 : touchCount
    return 0.4 * leaving + 0.3 * brevity + 0.3 / Double(1 + visitsOver)
  }

  /// Whether a price lies in it, its ends included.
  public func contains(_ price: Price) -> Bool { price >= bottom && price <= top }
}

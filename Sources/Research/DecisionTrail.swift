import Trading
import Units

/// What a run decided and when, as a digest that grows with each order: two runs that decided the
/// same up to a moment have equal trails up to it.
public struct DecisionTrail: Sendable, Equatable {
  /// One decision.
  public struct Mark: Sendable, Equatable {
    /// When, in milliseconds since 1970.
    public let time: Int64
    /// The digest of this decision and all before it.
    public let digest: UInt64
  }

  /// The decisions, oldest first.
  public private(set) var marks: [Mark] = []
  private var hasher = StableHasher()

  init() {}

  /// Equal when the same was decided at the same moments.
  public static func == (left: DecisionTrail, right: DecisionTrail) -> Bool {
    left.marks == right.marks
  }

  mutating func note(_ request: OrderRequest, at time: Timestamp) {
    hasher.combine(request.instrument.text)
    hasher.combine(request.side == .buy)
    hasher.combine(request.reduceOnly)
    hasher.combine(request.contracts)
    hasher.combine(request.type.limitPrice)
    hasher.combine(request.stopLoss?.triggerPrice)
    hasher.combine(request.takeProfit?.triggerPrice)
    mark(time)
  }

  mutating func note(_ request: ProtectionRequest, at time: Timestamp) {
    hasher.combine(request.key.instrument.text)
    hasher.combine(request.stopLoss?.triggerPrice)
    hasher.combine(request.takeProfit?.triggerPrice)
    mark(time)
  }

  mutating func noteCancel(of instrument: InstrumentID, at time: Timestamp) {
    hasher.combine(instrument.text)
    mark(time)
  }

  private mutating func mark(_ time: Timestamp) {
    hasher.combine(time)
    marks.append(Mark(time: time.milliseconds, digest: hasher.value))
  }

  /// How many decisions were made up to a moment, those made then among them.
  func count(through end: Timestamp) -> Int { marks.count { $0.time <= end.milliseconds } }

  /// Returns when this trail and another first part up to a moment; nil when they do not.
  func parting(from other: DecisionTrail, through end: Timestamp) -> Timestamp? {
    var place = 0
    while true {
      let own = place < marks.count ? marks[place] : nil
      let their = place < other.marks.count ? other.marks[place] : nil
      let time = min(own?.time ?? .max, their?.time ?? .max)
      guard time <= end.milliseconds else { return nil }
      if own != their { return Timestamp(milliseconds: time) }
      place += 1
    }
  }
}

import Trading
import Units

extension BloFinExchange {
  /// What an earlier run knew of the account.
  public struct KnownBefore: Sendable, Hashable {
    /// When its newest fill happened, by the exchange's clock; nil when it had none.
    public var newestFill: Timestamp?
    /// Since when settlements of funding may be missing in its journal; nil when none can be.
    public var fundingsFrom: Timestamp?
    /// Settlements since then that its journal has.
    public var fundings: [FundingRecord]

    /// States what it knew.
    public init(
      newestFill: Timestamp? = nil, fundingsFrom: Timestamp? = nil, fundings: [FundingRecord] = []
    ) {
      self.newestFill = newestFill
      self.fundingsFrom = fundingsFrom
      self.fundings = fundings
    }
  }
}

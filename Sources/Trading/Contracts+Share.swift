import Units

extension Contracts {
  /// Returns a share of these contracts in whole lots, rounded down; zero where that is less than
  /// one lot.
  public func share(_ share: Rate, lotSize: Contracts) -> Contracts {
    scaled(by: share, .towardZero).rounded(to: lotSize, .towardZero)
  }
}

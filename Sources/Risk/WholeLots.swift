import Trading
import Units

/// Sizes of what is held as orders can name them: after a change of the lot a position may be no
/// multiple of it (case B12).
extension Instrument {
  /// Returns what of a size can be closed by an order: whole lots, without the part of a lot. What
  /// is less than one lot is returned as it is, for the exchange decides whether it takes that.
  public func closable(_ contracts: Contracts) -> Contracts {
    contracts < lotSize ? contracts : contracts.rounded(to: lotSize, .towardZero)
  }

  /// Returns the least size in whole lots that covers so many contracts.
  public func covering(_ contracts: Contracts) -> Contracts {
    contracts.rounded(to: lotSize, .up)
  }
}

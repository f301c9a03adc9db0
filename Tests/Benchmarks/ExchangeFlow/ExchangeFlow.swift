import Simulation
import Trading
import Units

/// The seeded flow of orders on which matching engines are compared: three in ten operations cancel
/// one of the last 400, one in ten sweeps with a limit 200 ticks away and cancels its rest, the
/// others rest near the price or cross it slightly. 100,000 of them make 43,562 trades of 565,773
/// lots.
public struct ExchangeFlow {
  /// What an operation does.
  public enum Kind {
    /// Takes what crosses its price, the rest stays.
    case limit
    /// Takes what crosses its price, the rest is canceled.
    case sweep
    /// Cancels what an earlier operation has left.
    case cancel(Int)
  }

  /// One operation; side, price and size are those of the order.
  public struct Operation {
    /// What it does.
    public let kind: Kind
    /// Which side the order has.
    public let side: OrderSide
    /// Its limit price in ticks.
    public let ticks: Int32
    /// Its size in lots.
    public let lots: Int64
  }

  /// The operations in their order.
  public let operations: [Operation]

  /// Makes the first `count` operations.
  public init(count: Int) {
    var random = SeededRandom(seed: 42)
    var middle: Int32 = 10_000
    operations = (0..<count).map { place in
      let bits = random.next()
      let side: OrderSide = (bits >> 8) & 1 == 1 ? .buy : .sell
      let lots = Int64(1 + (bits >> 16) % 50)
      let offset = Int32((bits >> 24) % 21)
      if place.isMultiple(of: 64) { middle += Int32((bits >> 40) % 3) - 1 }
      let chance = bits % 100
      if chance < 30, place > 100 {
        let earlier = max(0, place - 1 - Int((bits >> 32) % 400))
        return Operation(kind: .cancel(earlier), side: side, ticks: 0, lots: 0)
      }
      let sign: Int32 = side == .buy ? 1 : -1
      return chance < 40
        ? Operation(kind: .sweep, side: side, ticks: middle + sign * 200, lots: lots)
        : Operation(kind: .limit, side: side, ticks: middle + sign * (4 - offset), lots: lots)
    }
  }

  /// Sends the flow through an empty book.
  public func match() -> MatchCount {
    var book = MatchingBook()
    var count = MatchCount()
    var names = [Int32](repeating: -1, count: operations.count)
    for place in operations.indices {
      let operation = operations[place]
      switch operation.kind {
      case .limit:
        names[place] = book.submit(
          operation.side, ticks: operation.ticks, lots: operation.lots, owner: Int32(place),
          counting: &count)
      case .sweep:
        book.sweep(
          operation.side, ticks: operation.ticks, lots: operation.lots, counting: &count)
      case .cancel(let earlier): book.cancel(names[earlier], owner: Int32(earlier))
      }
    }
    return count
  }
}

import Trading
import Units

/// The steps of one market: everything inside the venue counts whole ticks and lots.
struct MarketUnits: Sendable {
  /// The price step.
  let tick: Fixed
  /// The size step in contracts.
  let lot: Fixed
  /// Coins per lot.
  let lotCoins: Fixed
  /// Money per tick and lot: the notional of one lot at a price of one tick.
  let unitValue: Fixed
  /// The largest size in lots.
  let largestLots: Int128
  private let tickRaw: Int128
  private let lotRaw: Int128
  /// The steps as words, zero where they need more than one.
  private let tickWord: UInt64
  private let lotWord: UInt64

  /// Derives the steps; nil when the value of one tick and lot needs more than eighteen places.
  ///
  /// `hasBook` is off where candles are all that is known: no sum over levels bounds sizes then.
  init?(_ instrument: Instrument, hasBook: Bool = true) {
    tick = instrument.tickSize.value
    lot = instrument.lotSize.value
    lotCoins = lot.multiplied(by: instrument.contractValue.value, .down)
    unitValue = tick.multiplied(by: lotCoins, .down)
    largestLots = Self.largestLots(unitValue: unitValue, hasBook: hasBook)
    tickRaw = tick.raw
    lotRaw = lot.raw
    tickWord = UInt64(exactly: tick.raw) ?? 0
    lotWord = UInt64(exactly: lot.raw) ?? 0
    guard lotCoins == lot.multiplied(by: instrument.contractValue.value, .up),
      unitValue == tick.multiplied(by: lotCoins, .up), unitValue.isPositive,
      // With the bounds on ticks and lots, every notional then stays inside 128 bits.
      unitValue <= 16
    else { return nil }
  }

  /// Returns a price in ticks; nil when it is not a whole number of ticks in range.
  func ticks(_ price: Price) -> Int32? {
    guard let steps = Self.whole(price.value.raw, tickRaw, tickWord),
      steps <= Int128(PriceLadder.largestTicks)
    else { return nil }
    return Int32(truncatingIfNeeded: steps)
  }

  /// Returns a price in ticks, rounded as named; nil when it is out of range.
  func ticks(_ price: Price, _ rounding: Rounding) -> Int32? {
    guard price.value.raw >= 0, price.value <= self.price(PriceLadder.largestTicks).value else {
      return nil
    }
    return ticks(Price(price.value.rounded(to: tick, rounding)))
  }

  /// Returns a size in lots; nil when it is not a whole number of lots in range.
  func lots(_ contracts: Contracts) -> Int64? {
    guard let steps = Self.whole(contracts.value.raw, lotRaw, lotWord), steps <= largestLots
    else { return nil }
    return Int64(truncatingIfNeeded: steps)
  }

  /// Returns a size in lots, rounded as named and held within what a market takes.
  func lots(_ contracts: Contracts, _ rounding: Rounding) -> Int64 {
    lots(Contracts(contracts.value.rounded(to: lot, rounding)))
      ?? (contracts.isPositive ? Int64(largestLots) : 0)
  }

  /// Returns how many steps a number is, nil when it is below zero or not a whole number of them.
  @inline(__always)
  private static func whole(_ raw: Int128, _ step: Int128, _ word: UInt64) -> Int128? {
    guard raw >= 0 else { return nil }
    if word > 0 {
      let (quotient, remainder) = raw.dividedByWord(word)
      return remainder == 0 ? quotient : nil
    }
    let (quotient, remainder) = raw.quotientAndRemainder(dividingBy: step)
    return remainder == 0 ? quotient : nil
  }

  /// The largest size in a book, in lots: with the largest price it stays far inside 64 bits.
  static let largestBookLots: Int128 = 1 << 36

  /// Returns the largest size in lots: times the largest price and the value of one tick and lot it
  /// stays inside 128 bits.
  static func largestLots(unitValue: Fixed, hasBook: Bool) -> Int128 {
    !hasBook && unitValue <= finestUnitValue ? 1 << 56 : largestBookLots
  }

  /// The largest value of one tick and lot that leaves room for lots of 56 bits.
  private static let finestUnitValue: Fixed = "0.00001"

  /// Returns ticks as a price.
  @inline(__always)
  func price(_ ticks: Int32) -> Price { Price(Fixed(raw: tickRaw &* Int128(ticks))) }

  /// Returns lots as contracts.
  @inline(__always)
  func contracts(_ lots: Int64) -> Contracts { Contracts(Fixed(raw: lotRaw &* Int128(lots))) }

  /// Returns the coins in lots.
  @inline(__always)
  func coins(_ lots: Int64) -> BaseAmount {
    BaseAmount(Fixed(raw: lotCoins.raw &* Int128(lots)))
  }

  /// Returns the value of lots at a price; exact.
  @inline(__always)
  func notional(_ ticks: Int32, _ lots: Int64) -> Fixed {
    Fixed(raw: unitValue.raw &* (Int128(ticks) &* Int128(lots)))
  }

  /// Returns the value of a sum of ticks × lots; exact.
  @inline(__always)
  func value(tickLots: Int64) -> Fixed { Fixed(raw: unitValue.raw &* Int128(tickLots)) }

  /// Returns the value of lots at a price that need not be on a tick, rounded as named.
  func notional(_ price: Fixed, _ lots: Int64, _ rounding: Rounding) -> Fixed {
    coins(lots).value.multiplied(by: price, rounding)
  }
}

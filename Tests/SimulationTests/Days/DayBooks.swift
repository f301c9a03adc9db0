import Simulation
import Trading
import Units

/// A second, plain book-keeping of a day, written from the rules and fed with fills, funding and
/// marks only; what the venue says of itself is compared with it.
struct DayBooks {
  struct Holding {
    let side: PositionSide
    var lots: Int64
    /// What the held lots cost, in 10⁻¹⁸.
    var cost: Int128
    var leverage: Int32
  }

  /// A market's steps, from its listing.
  struct Terms {
    let tick: Fixed
    let lotCoins: Fixed
    let lot: Fixed
    let tiers: [(lots: Int64, rate: Fixed)]

    init(_ listing: Listing) {
      tick = listing.instrument.tickSize.value
      lot = listing.instrument.lotSize.value
      lotCoins = lot.multiplied(by: listing.instrument.contractValue.value, .towardZero)
      let lot = lot
      tiers = listing.isolatedTiers.map {
        (Int64($0.maximumContracts.value.raw / lot.raw), $0.maintenanceMarginRate.value)
      }
    }

    func rate(_ lots: Int64) -> Fixed {
      tiers.first { lots <= $0.lots }?.rate ?? tiers[tiers.count - 1].rate
    }

    func coins(_ lots: Int64) -> Fixed { Fixed(raw: lotCoins.raw * Int128(lots)) }
  }

  let terms: [InstrumentID: Terms]
  let fees: FeeSchedule
  var marks: [InstrumentID: Fixed] = [:]
  var rates: [InstrumentID: Fixed] = [:]
  var cash: [Fixed]
  var holdings: [[PositionKey: Holding]]

  init(listings: [Listing], fees: FeeSchedule, deposit: Fixed, accounts: Int) {
    terms = Dictionary(uniqueKeysWithValues: listings.map { ($0.id, Terms($0)) })
    self.fees = fees
    cash = Array(repeating: deposit, count: accounts)
    holdings = Array(repeating: [:], count: accounts)
  }

  /// What a fill must have realized and cost by the rules; the holding is changed.
  mutating func fill(
    _ account: Int, _ key: PositionKey, _ side: OrderSide, lots: Int64, value: Fixed,
    isMaker: Bool, leverage: Int32
  ) -> (realized: Fixed, fee: Fixed, closed: Int64) {
    var realized = Fixed.zero
    var closed: Int64 = 0
    if var held = holdings[account][key], held.side.closingSide == side {
      closed = min(lots, held.lots)
      let part = closed == lots ? value : Fixed(raw: value.raw / Int128(lots) * Int128(closed))
      let cost = Self.share(held.cost, closed, of: held.lots)
      realized = held.side == .long ? part - Fixed(raw: cost) : Fixed(raw: cost) - part
      held.lots -= closed
      held.cost -= cost
      holdings[account][key] = held.lots == 0 ? nil : held
    }
    let opened = lots - closed
    if opened > 0 {
      let part = value.raw / Int128(lots) * Int128(opened)
      var held =
        holdings[account][key]
        ?? Holding(side: side == .buy ? .long : .short, lots: 0, cost: 0, leverage: leverage)
      held.lots += opened
      held.cost += part
      holdings[account][key] = held
    }
    let rate = isMaker ? fees.makerFeeRate : fees.takerFeeRate
    return (realized, value.multiplied(by: rate.value, .towardZero), closed)
  }

  /// What a settlement must pay to a holding.
  func funding(_ account: Int, _ key: PositionKey) -> Fixed? {
    guard let held = holdings[account][key], let terms = terms[key.instrument],
      let mark = marks[key.instrument]
    else { return nil }
    // Before a source states one, the rate is zero.
    let rate = rates[key.instrument] ?? .zero
    let payment = terms.coins(held.lots).multiplied(by: mark, .towardZero)
      .multiplied(by: rate, .towardZero)
    return held.side == .long ? -payment : payment
  }

  /// Profit or loss of a holding at the mark price.
  func profit(_ held: Holding, _ instrument: InstrumentID) -> Fixed {
    guard let terms = terms[instrument], let mark = marks[instrument] else { return .zero }
    let value = terms.coins(held.lots).multiplied(by: mark, .towardZero)
    return held.side == .long ? value - Fixed(raw: held.cost) : Fixed(raw: held.cost) - value
  }

  /// The isolated margin of a holding: q·E/L, cut.
  func margin(_ held: Holding) -> Fixed { Fixed(raw: held.cost / Int128(held.leverage)) }

  /// Whether an isolated holding's margin no longer carries it, compared without any rounding:
  /// long when M·q·(1−r−f) ≤ q·E − margin, short when M·q·(1+r+f) ≥ q·E + margin.
  func isDue(_ held: Holding, _ instrument: InstrumentID) -> Bool {
    guard let terms = terms[instrument], let mark = marks[instrument] else { return false }
    let rates = terms.rate(held.lots) + fees.takerFeeRate.value
    let factor: Fixed = held.side == .long ? 1 - rates : 1 + rates
    let coins = terms.coins(held.lots).multiplied(by: factor, .towardZero)
    let bound =
      held.side == .long
      ? Fixed(raw: held.cost) - margin(held) : Fixed(raw: held.cost) + margin(held)
    guard bound.raw >= 0 else { return held.side == .short }
    let value = coins.raw.magnitude.multipliedFullWidth(by: mark.raw.magnitude)
    let limit = bound.raw.magnitude.multipliedFullWidth(by: UInt128(Fixed.unit))
    let isBelow =
      value.high == limit.high ? value.low < limit.low : value.high < limit.high
    let isEqual = value.high == limit.high && value.low == limit.low
    return held.side == .long ? isBelow || isEqual : !isBelow
  }

  /// Whether an account's cross pool is worth no more than its positions must keep.
  func isPoolDue(_ account: Int) -> Bool {
    var equity = cash[account]
    var required = Fixed.zero
    var hasCross = false
    for (key, held) in holdings[account] {
      guard key.marginMode == .cross else {
        equity = equity - margin(held)
        continue
      }
      guard let terms = terms[key.instrument], let mark = marks[key.instrument] else { continue }
      hasCross = true
      equity += profit(held, key.instrument)
      let rates = terms.rate(held.lots) + fees.takerFeeRate.value
      required += terms.coins(held.lots).multiplied(by: mark, .towardZero)
        .multiplied(by: rates, .towardZero)
    }
    return hasCross && equity <= required
  }

  /// The isolated holdings of a market that its mark price ends, and whether each account's pool is
  /// ended.
  func due(_ instrument: InstrumentID) -> (isolated: Set<Place>, pools: Set<Int>) {
    var isolated: Set<Place> = []
    var pools: Set<Int> = []
    for account in holdings.indices {
      let isHolder = holdings[account].keys.contains { $0.instrument == instrument }
      for (key, held) in holdings[account]
      where key.marginMode == .isolated && key.instrument == instrument && isDue(held, instrument) {
        isolated.insert(Place(account: account, key: key))
      }
      if isHolder, isPoolDue(account) { pools.insert(account) }
    }
    return (isolated, pools)
  }

  struct Place: Hashable {
    let account: Int
    let key: PositionKey
  }

  private static func share(_ whole: Int128, _ part: Int64, of all: Int64) -> Int128 {
    let (quotient, remainder) = whole.quotientAndRemainder(dividingBy: Int128(all))
    return quotient * Int128(part) + remainder * Int128(part) / Int128(all)
  }
}

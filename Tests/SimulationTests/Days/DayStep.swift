import Simulation
import Trading
import Units

/// One thing that happens on a random trading day. It names everything by place, not by what
/// earlier steps made, so that any part of a day is a day: that is what shrinking rests on.
enum DayStep: Sendable, Hashable {
  /// The price moves and the market states book and mark anew; sizes come from a seed.
  case market(Int, jump: Int32, seed: UInt64)
  /// The market trades at its touch.
  case trade(Int, OrderSide, lots: Int64)
  /// The market states its coming funding rate, in millionths of a percent.
  case fundingRate(Int, Int)
  /// An account places an order.
  case order(OrderWish)
  /// An account places a TP/SL, trigger or trailing order.
  case algo(AlgoWish)
  /// An account cancels one of its orders.
  case cancel(account: Int, pick: Int)
  /// An account places a second order under the client id of a live one.
  case repeatID(account: Int, pick: Int)
  /// An account closes one of its positions.
  case close(account: Int, pick: Int)
  /// An account changes a leverage.
  case leverage(account: Int, market: Int, MarginMode, isLong: Bool, Int)
  /// An account changes between one-way and hedge mode.
  case positionMode(account: Int, PositionMode)
  /// Money is paid in or taken out.
  case money(account: Int, Int)
  /// The exchange liquidates one of an account's positions.
  case liquidate(account: Int, pick: Int)
  /// The exchange deleverages one of an account's positions.
  case deleverage(account: Int, pick: Int, lots: Int64)
  /// The exchange settles funding out of turn.
  case settle(Int)

  struct OrderWish: Sendable, Hashable {
    enum Kind: Sendable, Hashable, CaseIterable {
      case market, limit, postOnly, immediateOrCancel, fillOrKill
    }

    let account: Int
    let market: Int
    let mode: MarginMode
    let isLong: Bool
    let side: OrderSide
    let kind: Kind
    let offset: Int32
    let lots: Int64
    let reduceOnly: Bool
    let hasStop: Bool
    let hasID: Bool
  }

  struct AlgoWish: Sendable, Hashable {
    enum Kind: Sendable, Hashable, CaseIterable {
      case trigger, trailing, stop, profit
    }

    let account: Int
    let market: Int
    let mode: MarginMode
    let isLong: Bool
    let side: OrderSide
    let kind: Kind
    let offset: Int32
    /// Zero for the whole position.
    let lots: Int64
    let reduceOnly: Bool
  }
}

/// A step with its time of day.
struct TimedStep: Sendable, Hashable, CustomStringConvertible {
  /// Milliseconds since the day began.
  let offset: Int64
  let step: DayStep

  var description: String { "\(offset) ms: \(step)" }
}

/// A day of random steps, drawn from a seed.
struct TradingDay: Sendable {
  let seed: UInt64
  var steps: [TimedStep]

  static let accountCount = 3
  static let marketCount = 2

  /// Draws a day; steps are spread over its 24 hours, so that funding settles in between.
  init(seed: UInt64, stepCount: Int) {
    self.seed = seed
    var random = SeededRandom(seed: seed)
    // Wild days liquidate more.
    let isWild = random.oneIn(4)
    var steps: [TimedStep] = []
    for place in 0..<stepCount {
      let width = Int64(86_400_000 / stepCount)
      let offset = Int64(place) * width + Int64(random.below(Int(width)))
      steps.append(TimedStep(offset: offset, step: Self.step(&random, isWild: isWild)))
    }
    self.steps = steps
  }

  private static func step(_ random: inout SeededRandom, isWild: Bool) -> DayStep {
    let account = random.below(accountCount)
    let market = random.below(marketCount)
    switch random.below(100) {
    case 0..<28:
      let usual = random.within(-300...300)
      let jump = random.oneIn(isWild ? 5 : 25) ? usual * 14 : usual
      return .market(market, jump: Int32(jump), seed: random.next())
    case 28..<36:
      return .trade(
        market, random.oneIn(2) ? .buy : .sell, lots: Int64(random.within(1...3_000)))
    case 36..<38: return .fundingRate(market, random.within(-300_000...300_000))
    case 38..<72: return .order(order(&random, account, market))
    case 72..<80: return .algo(algo(&random, account, market))
    case 80..<85: return .cancel(account: account, pick: random.below(8))
    case 85..<87: return .repeatID(account: account, pick: random.below(8))
    case 87..<90: return .close(account: account, pick: random.below(4))
    case 90..<94:
      return .leverage(
        account: account, market: market, random.oneIn(2) ? .isolated : .cross,
        isLong: random.oneIn(2), random.within(1...(isWild ? 75 : 20)))
    case 94..<95:
      return .positionMode(account: account, random.oneIn(2) ? .hedge : .oneWay)
    case 95..<97: return .money(account: account, random.within(-400...600))
    case 97..<98: return .liquidate(account: account, pick: random.below(4))
    case 98..<99:
      return .deleverage(
        account: account, pick: random.below(4), lots: Int64(random.within(1...60)))
    default: return .settle(market)
    }
  }

  private static func order(
    _ random: inout SeededRandom, _ account: Int, _ market: Int
  ) -> DayStep.OrderWish {
    DayStep.OrderWish(
      account: account, market: market, mode: random.oneIn(2) ? .isolated : .cross,
      isLong: random.oneIn(2), side: random.oneIn(2) ? .buy : .sell,
      kind: DayStep.OrderWish.Kind.allCases[random.below(5)],
      offset: Int32(random.within(-40...40)), lots: Int64(random.within(1...900)),
      reduceOnly: random.oneIn(4), hasStop: random.oneIn(3), hasID: random.oneIn(2))
  }

  private static func algo(
    _ random: inout SeededRandom, _ account: Int, _ market: Int
  ) -> DayStep.AlgoWish {
    DayStep.AlgoWish(
      account: account, market: market, mode: random.oneIn(2) ? .isolated : .cross,
      isLong: random.oneIn(2), side: random.oneIn(2) ? .buy : .sell,
      kind: DayStep.AlgoWish.Kind.allCases[random.below(4)],
      offset: Int32(random.within(1...500)),
      lots: Int64(random.oneIn(3) ? 0 : random.within(1...200)),
      reduceOnly: random.oneIn(2))
  }
}

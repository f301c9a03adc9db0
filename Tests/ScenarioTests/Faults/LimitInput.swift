import AccountData
import Engine
import MarketData
import Trading
import Units

/// One input of a run in which no limit may be broken: a wish, a fault, time.
///
/// It names things by numbers, so that a run stays sound when inputs are taken out of it.
enum LimitInput: Sendable, Hashable {
  case wait(milliseconds: Int64)
  case open(Wish)
  case batch([Wish])
  case reverse(Int, Wish)
  case close(Int, half: Bool)
  case cancelNewest
  case cancelAll
  case state(BotState)
  case fault(ScriptedFault)
  case deaf(messages: Int)
  /// So many lists of positions are lost, and with them what fills have made of the account.
  case positionsLost(lists: Int)
  case kill

  /// A wish to open, in steps of a range.
  struct Wish: Sendable, Hashable {
    let instrument: Int
    let isLong: Bool
    let type: Int
    let size: Int
    let stop: Int
    let isStrategy: Bool
  }

  /// Sizes from sound to absurd.
  static let sizes: [SizeRequest] = [
    .riskShare("0.005"), .notional(2_000), .notional(4_500), .notional(9_700), .contracts(1),
    .marginShare("0.1"), .riskShare("0.02"), .riskShare(1), .notional(10_001),
    .notional("1000000000000"), .marginShare("0.5"), .marginShare(1), .contracts(1_000_000),
    .contracts(-5), .contracts(0),
    .contracts("0.0000001"), .contracts("100000000000000000000"), .baseAmount("0.1"),
    .baseAmount(1_000),
  ]

  /// The first of them are sound.
  private static let soundSizes = 6

  /// Inputs that follow from a seed.
  static func sequence(seed: UInt64, count: Int) -> [LimitInput] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in drawn(&random) }
  }

  private static func drawn(_ random: inout SeededRandom) -> LimitInput {
    switch random.below(30) {
    case 0...9: return .open(wish(&random))
    case 10, 11: return .batch((0...random.below(5)).map { _ in wish(&random) })
    case 12: return .reverse(random.below(3), wish(&random))
    case 13: return .close(random.below(3), half: random.oneIn(2))
    case 14: return random.oneIn(4) ? .cancelAll : .cancelNewest
    case 15:
      let states: [BotState] = [
        .running, .running, .running, .approval, .paused, .reducing, .halted,
      ]
      return .state(states[random.below(states.count)])
    case 16, 17:
      let faults = ScriptedFault.allCases
      return .fault(faults[random.below(faults.count)])
    case 18: return .deaf(messages: 1 + random.below(6))
    case 19: return random.oneIn(6) ? .kill : .state(.running)
    case 20: return .wait(milliseconds: Int64(random.within(5_000...25_000)))
    case 21: return .positionsLost(lists: 1 + random.below(4))
    default: return .wait(milliseconds: Int64(random.within(1...800)))
    }
  }

  private static func wish(_ random: inout SeededRandom) -> Wish {
    Wish(
      instrument: random.below(3), isLong: random.oneIn(2), type: random.below(6),
      size: random.below(random.oneIn(3) ? sizes.count : soundSizes),
      stop: random.within(-20...400),
      isStrategy: random.oneIn(3))
  }
}

extension LimitInput.Wish {
  /// The wish at the prices of now; nil while there are none.
  func intent(_ snapshot: EngineSnapshot) -> OpeningIntent? {
    let id = Storm.instruments[instrument]
    guard let market = snapshot.markets[id], let last = market.lastPrice else { return nil }
    let tick = market.instrument.tickSize
    func price(_ share: Int) -> Price {
      let away = last.scaled(
        by: Rate(Fixed(share).divided(by: 10_000, .up)), .up)
      return (isLong ? last - away : last + away).rounded(to: tick, .nearestOrEven)
    }
    let types: [OrderType] = [
      .market, .market, .limit(price(5)), .limit(price(-500)), .postOnly(price(3)),
      .immediateOrCancel(price(-10)),
    ]
    return OpeningIntent(
      instrument: id, side: isLong ? .long : .short, marginMode: .isolated, type: types[type],
      size: LimitInput.sizes[size], stop: .stop(Trigger(triggerPrice: price(stop))),
      takeProfit: Trigger(triggerPrice: price(-stop * 3 - 10)))
  }

  var source: CommandSource { isStrategy ? .strategy("any") : .keyboard }
}

import ArgumentParser
import Glibc
import Research
import Simulation
import Strategies
import Units

/// Chooses settings on one stretch of candles and trades them on the next.
struct WalkForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walk-forward",
    abstract: "Choose settings on one stretch of candles, trade them on the next, and go on.",
    discussion: """
      Every stretch that is traded was not there when its settings were chosen; the strategy has \
      read the candles before it without trading. Stretches are of two lengths, so compare returns \
      by the day: where the second is far below the first, the settings were lucky, not good.

      What is held at the end of a stretch is closed there at the last price, with fee and \
      slippage, and is a trade: the next stretch begins with nothing. (A backtest and a sweep end \
      with the file and leave it open.)

      Each choice says how likely chance alone brings as much, for as many settings as were tried; \
      the trades that followed say it for themselves, for no choice saw them. Of fewer than 30 \
      trades nothing is said. For a choice the strategies have read the candles before it for as \
      long a time as it has; the first one has none and starts cold.

      EXAMPLES
        perpdeck walk-forward --strategy confluence --candles BTC_15m.csv --learn 180 --trade 60
      """)

  @OptionGroup var market: BacktestOptions
  @OptionGroup var choice: StrategyOptions

  @Option(help: "Days of candles on which settings are chosen.")
  var learn = 180

  @Option(help: "Days of candles on which they are traded.")
  var trade = 60

  @Flag(help: "Print the steps as JSON lines.")
  var json = false

  func validate() throws {
    for (name, days) in [("--learn", learn), ("--trade", trade)] where !(1...3_650).contains(days) {
      throw ValidationError("\(name) \(days): allowed is 1 to 3650")
    }
    if let (name, text) = choice.saidOfVariants.first {
      throw ValidationError(
        "\(name) \(text): a walk-forward chooses it among several itself; leave it out")
    }
  }

  func run() throws {
    let base = try market.plan(named: choice.strategy, hasStop: choice.hasStop) {
      try choice.make($0)
    }
    let variants = try choice.variants.map { name, options in
      var plan = base
      for place in plan.strategies.indices {
        plan.strategies[place].strategy = try options.make(base.feeds[place].table.timeFrame)
      }
      return Sweep.Variant(name: name, plan: plan)
    }
    let walk = WalkForward(
      variants, learning: .days(Int64(learn)), trading: .days(Int64(trade)),
      workerCount: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    guard walk.stepCount > 0 else {
      let days = walk.span.milliseconds / 86_400_000
      throw ProgramFailure(
        "--learn \(learn) --trade \(trade): need candles of \(learn + trade) days, and there are "
          + "\(days); take shorter stretches or longer files.")
    }
    let interrupt = Interrupt()
    defer { withExtendedLifetime(interrupt) {} }
    if !json { for line in base.inputLines { try ReportOutput.write(line) } }
    let steps = try walk.steps(shouldStop: { [flag = interrupt.flag] in flag.isSet }) { step in
      try ReportOutput.write(json ? line(of: step) : text(of: step))
    }
    let isPartial = interrupt.isRaised && steps.count < walk.stepCount
    guard let sum = WalkForward.Sum(steps) else {
      throw ProgramFailure(
        isPartial
          ? "Stopped before the first of \(walk.stepCount) steps."
          : "A market has no candles in every stretch; take longer stretches.")
    }
    try ReportOutput.write(json ? line(of: sum, base, isPartial) : text(of: sum))
    if !json, !isPartial, let rest = walk.restText { try ReportOutput.write(rest) }
    if !json, steps.count < walk.stepCount {
      try ReportOutput.write(
        isPartial
          ? "PARTIAL: stopped after \(steps.count) of \(walk.stepCount) steps"
          : "\(walk.stepCount - steps.count) steps have no candles of a market and are left out")
    }
  }

  private func text(of sum: WalkForward.Sum) -> String {
    "\(sum.stepCount) steps: by the day chosen \(percent(sum.chosenByDay)), traded "
      + "\(percent(sum.tradedByDay)); traded \(percent(sum.tradedReturn)) in all\n"
      + "by chance: all that was traded \(sum.tradedChance.text); of "
      + "\(sum.toldChoiceCount) choices that had enough trades \(sum.soundChoiceCount) are at or "
      + "below p = \(WalkForward.Sum.chanceLimit)"
  }

  private func line(
    of sum: WalkForward.Sum, _ base: BacktestPlan, _ isPartial: Bool
  ) -> String {
    "{\"steps\":\(sum.stepCount),\"partial\":\(isPartial),\"chosen_by_day\":\(sum.chosenByDay),"
      + "\"traded_by_day\":\(sum.tradedByDay),\"traded\":\(sum.tradedReturn),"
      + "\(sum.tradedChance.fields),\"choices_told\":\(sum.toldChoiceCount),"
      + "\"choices_beyond_chance\":\(sum.soundChoiceCount),\(base.inputMembers)}"
  }

  private func text(of step: WalkForward.Step) -> String {
    "\(step.tradedFrom.isoText)  \(step.name)  chosen \(percent(step.chosenReturn)), traded "
      + "\(percent(step.tradedReturn)) in \(step.tradeCount) trades; by the day "
      + "\(percent(step.chosenByDay)), \(percent(step.tradedByDay)); choice by chance "
      + step.choiceChance.text + (step.warmUpDays > 0 ? "" : ", from a cold start")
      + step.remarks.text
  }

  private func line(of step: WalkForward.Step) -> String {
    "{\"from\":\"\(step.tradedFrom.isoText)\",\"until\":\"\(step.tradedUntil.isoText)\","
      + "\"name\":\"\(step.name)\","
      + "\"chosen\":\(step.chosenReturn),\"traded\":\(step.tradedReturn),"
      + "\"chosen_by_day\":\(step.chosenByDay),\"traded_by_day\":\(step.tradedByDay),"
      + "\"trades\":\(step.tradeCount),\"warm_up_days\":\(step.warmUpDays),"
      + "\(step.choiceChance.fields),\(step.remarks.members)}"
  }

  private func percent(_ share: Double) -> String {
    let thousandths = (share * 100_000).rounded()
    return "\(thousandths / 1_000) %"
  }
}

extension Chance {
  /// The members of a JSON object that tell it.
  var fields: String {
    "\"p_value\":\(probability.map { "\($0)" } ?? "null"),"
      + "\"p_value_missing\":\(reason.map { "\"\($0)\"" } ?? "null")"
  }
}

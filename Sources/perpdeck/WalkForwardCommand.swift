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
      Every stretch that is traded was not there when its settings were chosen. Where the second
      return is far below the first, the settings were lucky, not good.

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
    let interrupt = Interrupt()
    defer { withExtendedLifetime(interrupt) {} }
    let steps = WalkForward(
      variants, learning: .days(Int64(learn)), trading: .days(Int64(trade)),
      workerCount: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    ).steps { [flag = interrupt.flag] in flag.isSet }
    for step in steps { StandardOutput.write(json ? line(of: step) : text(of: step)) }
    guard !json else { return }
    let chosen = steps.reduce(1) { $0 * (1 + $1.chosenReturn) } - 1
    let traded = steps.reduce(1) { $0 * (1 + $1.tradedReturn) } - 1
    StandardOutput.write(
      "\(steps.count) steps: chosen \(percent(chosen)), traded \(percent(traded)) in all")
  }

  private func text(of step: WalkForward.Step) -> String {
    "\(step.tradedFrom.isoText)  \(step.name)  chosen \(percent(step.chosenReturn)), traded "
      + "\(percent(step.tradedReturn)) in \(step.tradeCount) trades"
  }

  private func line(of step: WalkForward.Step) -> String {
    "{\"from\":\"\(step.tradedFrom.isoText)\",\"name\":\"\(step.name)\","
      + "\"chosen\":\(step.chosenReturn),\"traded\":\(step.tradedReturn),"
      + "\"trades\":\(step.tradeCount)}"
  }

  private func percent(_ share: Double) -> String {
    let hundredths = (share * 10_000).rounded()
    return "\(hundredths / 100) %"
  }
}

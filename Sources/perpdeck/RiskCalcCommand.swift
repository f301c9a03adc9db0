import ArgumentParser
import JSONText
import Risk
import Settings
import Simulation
import Trading
import Units

/// Sizes a trade by what its stop loses; nothing is asked of anybody.
struct RiskCalcCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risk-calc", abstract: "Size a trade by what its stop loses; offline.",
    discussion: """
      The size is the largest whole number of lots that loses at most the risk at the stop, fees \
      of both fills and an allowance for slippage included. The gate of the program sizes it, with \
      the limits of risk.yaml, and refuses what it would refuse in trading, such as a stop that \
      liquidation would come before. Steps, tiers and contract values are those of the built-in \
      table, so that no network is needed; in trading they are those of the exchange. What only \
      the book, candles and what is held can tell is left out.

      EXAMPLES
        perpdeck risk-calc btc --entry 61000 --stop 60400 --equity 10000
        perpdeck risk-calc eth --short --entry 2500 --stop 2550 --equity 5000 --risk "0.5 %" --json
      """)

  @Argument(help: "The instrument, such as BTC or BTC-USDT.")
  var instrument: String

  @Option(help: "The price of the entry.")
  var entry: String

  @Option(help: "The price of the stop.")
  var stop: String

  @Option(help: "The equity in USDT.")
  var equity: String

  @Option(
    help: "What may be lost, of the equity: above 0 to 2 %; else riskPerTrade of risk.yaml.")
  var risk: String?

  @Option(help: "The leverage, such as 5x.")
  var leverage = "5x"

  @Option(help: "The price of the target.")
  var target: String?

  @Flag(help: "Sell instead of buy.")
  var short = false

  @Flag(help: "The entry rests in the book: it pays the fee of a maker and slips by nothing.")
  var limit = false

  @Flag(help: "Answer with one JSON object.")
  var json = false

  @OptionGroup var files: RiskFileOptions

  func run() throws {
    let id = try InstrumentNames.read([instrument])[0]
    guard let listing = BuiltInListings.all.first(where: { $0.id == id }) else {
      let known = BuiltInListings.all.map(\.id.text).joined(separator: ", ")
      throw ValidationError("\(id) is not in the built-in table; there is \(known)")
    }
    let rows = try figures(listing)
    guard !json else {
      JSONOutput.object { writer in
        writer.member("instrument", id.text)
        writer.member("side", short ? "short" : "long")
        for (name, value, _) in rows {
          writer.key(name)
          if let value { writer.string("\(value)") } else { writer.null() }
        }
      }
      return
    }
    var table = TextTable([("\(id) \(short ? "short" : "long")", .left), ("", .right), ("", .left)])
    for (name, value, unit) in rows {
      table.add([name, value.map { $0.text(places: 8, .towardZero).trimmedNumber } ?? "-", unit])
    }
    StandardOutput.write(table.text)
  }

  /// What the gate computes of the trade; a failure with its reason where it would deny it.
  private func figures(_ listing: Listing) throws -> [(String, Fixed?, String)] {
    let rules = listing.instrument
    let side: PositionSide = short ? .short : .long
    let entryPrice = try price(entry, "--entry", rules)
    let stopPrice = try price(stop, "--stop", rules)
    let targetPrice = try target.map { try price($0, "--target", rules) }
    let money = Money(try amount(equity, "--equity"))
    let factor = try multiple(leverage, rules.maximumLeverage)
    let asked = try risk.map { try percent($0) }
    let launch = try files.launch()
    var limits = launch.settings.risk.limits(
      liquidationMayBeStop: launch.account.stopPolicy == .liquidationIsStop,
      strategies: launch.settings.strategies)
    // There are no candles to look at.
    limits.size.rangeMoveMaximum = nil
    let share = asked ?? limits.riskPerTradeDefault
    let intent = OpeningIntent(
      instrument: rules.id, side: side, marginMode: .isolated,
      type: limit ? .postOnly(entryPrice) : .market, size: .riskShare(share),
      stop: .stop(Trigger(triggerPrice: stopPrice)),
      takeProfit: targetPrice.map { Trigger(triggerPrice: $0) })
    let context = RiskContext(
      equity: money, leverage: factor, instrument: rules, tiers: listing.isolatedTiers,
      price: entryPrice, fees: SessionPlan.fees, at: Timestamp.earliestPlausible)
    let preview = RiskGate(limits: limits).preview(intent, source: .keyboard, in: context)
    if let denial = preview.denial {
      throw ProgramFailure("\(rules.id): the gate would deny it: \(denial.text)")
    }
    let liquidation = preview.liquidationAfter.map {
      Liquidation.onTick($0, side: side, tickSize: rules.tickSize)
    }
    return [
      ("contracts", preview.contracts?.value, ""),
      ("coins", preview.baseAmount?.value, rules.baseCurrency),
      ("notional", preview.notional?.value, "USDT"), ("margin", preview.margin?.value, "USDT"),
      ("leverage", preview.leverage?.value, "x"), ("entryFee", preview.fee?.value, "USDT"),
      ("lossAtStop", preview.lossAtStop?.value, "USDT"),
      ("allowed", money.scaled(by: share, .down).value, "USDT"),
      ("liquidation", liquidation?.value, ""), ("rewardToRisk", preview.rewardToRisk?.value, "R"),
    ]
  }

  /// A price that an order can have.
  private func price(_ text: String, _ option: String, _ rules: Instrument) throws -> Price {
    let price = Price(try amount(text, option))
    guard price.isMultiple(of: rules.tickSize) else {
      throw ValidationError(
        "\(option) \(text): prices of \(rules.id) are multiples of \(rules.tickSize)")
    }
    return price
  }

  private func amount(_ text: String, _ option: String) throws -> Fixed {
    do {
      let number = try Money(text: text).value
      guard number.isPositive, number <= 1_000_000_000 else {
        throw ValidationError("\(option) \(text): allowed is above 0 up to 1000000000")
      }
      return number
    } catch let problem as NumberProblem {
      throw ValidationError("\(option) \(text): \(problem)")
    }
  }

  private func percent(_ text: String) throws -> Rate {
    let digits = text.hasSuffix("%") ? text.dropLast().filter { $0 != " " } : ""
    guard !digits.isEmpty else {
      throw ValidationError("--risk \(text): a percentage has its sign, as in 1%")
    }
    let share = try amount(String(digits), "--risk").divided(by: 100, .towardZero)
    guard share <= "0.02" else { throw ValidationError("--risk \(text): allowed is up to 2 %") }
    return Rate(share)
  }

  private func multiple(_ text: String, _ most: Leverage) throws -> Leverage {
    let digits = text.hasSuffix("x") ? String(text.dropLast()) : text
    let factor = Leverage(try amount(digits, "--leverage"))
    guard factor >= 1, factor <= most else {
      throw ValidationError("--leverage \(text): allowed is 1x to \(most)x")
    }
    return factor
  }
}

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
      The size is the largest whole number of lots that loses at most the risk at the stop, fees
      of both fills and an allowance for slippage included. Steps, tiers and contract values are
      those of the built-in table, so that no network is needed; the program itself sizes by those
      of the exchange. A stop that liquidation would come before is refused, as it is in trading.

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

  @Option(help: "What may be lost, of the equity: above 0 to 2 %.")
  var risk = "1 %"

  @Option(help: "The leverage, such as 5x.")
  var leverage = "5x"

  @Option(help: "The price of the target.")
  var target: String?

  @Flag(help: "Sell instead of buy.")
  var short = false

  @Flag(help: "Answer with one JSON object.")
  var json = false

  /// The slippage that the settings allow for by default, at each fill that takes.
  private static let slippage = RiskSettings().slippageAllowance

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

  private func figures(_ listing: Listing) throws -> [(String, Fixed?, String)] {
    let side: PositionSide = short ? .short : .long
    let rules = listing.instrument
    let entryPrice = try price(entry, "--entry", rules)
    let stopPrice = try price(stop, "--stop", rules)
    let money = Money(try amount(equity, "--equity"))
    let share = try percent(risk)
    let factor = try multiple(leverage, listing.instrument.maximumLeverage)
    let rates = SessionPlan.fees
    let costs = PositionSizing.Costs(
      entryFeeRate: rates.takerFeeRate, exitFeeRate: rates.takerFeeRate,
      entrySlippage: Self.slippage, exitSlippage: Self.slippage)
    guard
      let loss = PositionSizing.lossPerCoin(
        side: side, entryPrice: entryPrice, stopPrice: stopPrice, costs: costs)
    else {
      throw ValidationError("--stop \(stop): the stop of a \(side.rawValue) is on its losing side")
    }
    let allowed = Money(money.value.multiplied(by: share.value, .down))
    guard
      let contracts = PositionSizing.contracts(
        risk: allowed, side: side, entryPrice: entryPrice, stopPrice: stopPrice, costs: costs,
        instrument: listing.instrument), contracts >= listing.instrument.minimumContracts
    else {
      throw ProgramFailure(
        "Even the smallest order, \(listing.instrument.minimumContracts) contracts, loses more "
          + "than \(allowed) USDT at the stop.")
    }
    let coins = listing.instrument.baseAmount(of: contracts)
    let notional = listing.instrument.notional(of: contracts, at: entryPrice)
    let margin = Money(notional.value.divided(by: factor.value, .up))
    let tier = listing.isolatedTiers.first { contracts <= $0.maximumContracts }
    let exact = tier.flatMap {
      Liquidation.price(
        side: side, amount: coins, entryPrice: entryPrice, collateral: margin,
        maintenanceMarginRate: $0.maintenanceMarginRate, takerFeeRate: rates.takerFeeRate)
    }
    // On the tick nearer to the entry, where less is allowed.
    let liquidation = exact?.rounded(to: rules.tickSize, side == .long ? .up : .down)
    let least = RiskSettings().liquidationDistanceMinimum
    if let liquidation,
      !Liquidation.isBehind(stopPrice, side: side, liquidation: liquidation, least: least)
    {
      // The position would be gone before its stop: what the stop loses is no figure to trade by.
      let denial = Denial.stopBeyondLiquidation(
        stop: stopPrice, liquidation: liquidation, least: least)
      throw ProgramFailure(
        "--stop \(stop): \(denial.text), with --leverage \(leverage). Name a stop nearer to the "
          + "entry, or a lower leverage.")
    }
    let lossAtStop = Money(loss.value.multiplied(by: coins.value, .up))
    var ratio: Rate?
    if let profit = try profit(
      side, entryPrice, coins, fee: notional.scaled(by: rates.takerFeeRate, .up), rules)
    {
      // As the gate computes it: both fees are paid from what the target gains.
      ratio = profit.fraction(of: lossAtStop, .down)
    }
    return [
      ("contracts", contracts.value, ""), ("coins", coins.value, listing.instrument.baseCurrency),
      ("notional", notional.value, "USDT"), ("margin", margin.value, "USDT"),
      ("leverage", factor.value, "x"),
      ("fees", notional.value.multiplied(by: rates.takerFeeRate.value.times(2), .up), "USDT"),
      ("lossAtStop", lossAtStop.value, "USDT"),
      ("allowed", allowed.value, "USDT"), ("liquidation", liquidation?.value, ""),
      ("rewardToRisk", ratio?.value, "R"),
    ]
  }

  /// The profit when the target fills; nil without one.
  private func profit(
    _ side: PositionSide, _ entryPrice: Price, _ coins: BaseAmount, fee: Money,
    _ rules: Instrument
  ) throws -> Money? {
    guard let target else { return nil }
    let targetPrice = try price(target, "--target", rules)
    guard side.gain(from: entryPrice, to: targetPrice).isPositive else {
      throw ValidationError("--target \(target): the target is on the winning side")
    }
    return PositionSizing.profitAtTarget(
      side: side, entryPrice: entryPrice, targetPrice: targetPrice, amount: coins, entryFee: fee,
      exitFeeRate: SessionPlan.fees.takerFeeRate)
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

import JSONText
import Simulation
import Trading
import Units

extension BacktestReport {
  /// The report as one JSON object; `seconds` and `loadSeconds` are how long the run and the
  /// reading of the files took, nil where nobody measured.
  public func json(seconds: Double?, loadSeconds: Double?) -> String {
    var writer = JSONWriter(capacity: 4_096)
    writer.beginObject()
    writer.key("bars")
    writer.integer(candleCount)
    writer.estimate("seconds", seconds)
    writer.estimate("bars_per_s", seconds.map { Double(candleCount) / $0 })
    writer.estimate("load_s", loadSeconds)
    writer.key("partial")
    writer.boolean(isPartial)
    writer.key("strategies")
    writer.beginArray()
    for strategy in strategies {
      writer.beginObject()
      writer.key("name")
      writer.string(strategy.name)
      writer.key("instrument")
      writer.string(strategy.instrument.text)
      writer.endObject()
    }
    writer.endArray()
    writer.key("markets")
    writer.beginArray()
    for market in markets {
      writer.beginObject()
      writer.key("instrument")
      writer.string(market.instrument.text)
      writer.key("file")
      writer.string(market.file)
      writer.endObject()
    }
    writer.endArray()
    writeTimes(&writer)
    writeMoney(&writer)
    writeFigures(&writer)
    writeEnd(&writer)
    writeSetups(&writer)
    writeDraws("monte_carlo", tradeOrders, &writer)
    writeDraws("monte_carlo_candles", candleOrders, &writer)
    writer.key("monte_carlo_candles_asked")
    if let candleOrdersAsked { writer.integer(candleOrdersAsked) } else { writer.null() }
    writeCurve(&writer)
    writeTrades(&writer)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func writeTimes(_ writer: inout JSONWriter) {
    writer.key("start")
    writer.string(start.isoText)
    writer.key("end")
    writer.string(end.isoText)
    writer.key("missing_candles")
    writer.integer(missingCount)
    writer.key("gaps")
    writer.beginArray()
    for gap in gaps {
      writer.beginObject()
      writer.key("file")
      writer.string(gap.file)
      writer.key("line")
      writer.integer(gap.line)
      writer.key("from")
      writer.string(gap.from.isoText)
      writer.key("until")
      writer.string(gap.until.isoText)
      writer.key("candles")
      writer.integer(gap.count)
      writer.endObject()
    }
    writer.endArray()
  }

  private func writeMoney(_ writer: inout JSONWriter) {
    writer.key("deposit")
    writer.number(deposit)
    writer.key("final_equity")
    writer.number(finalEquity)
    writer.key("fees")
    writer.number(fees)
    writer.key("funding")
    writer.number(funding)
    writer.key("slippage")
    writer.number(slippageCost)
    writer.key("gross_profit")
    writer.number(grossProfit)
    writer.key("gross_loss")
    writer.number(grossLoss)
  }

  private func writeFigures(_ writer: inout JSONWriter) {
    writer.key("trades")
    writer.integer(trades.count)
    writer.estimate("return", totalReturn)
    writer.estimate("annual_return", annualReturn)
    writer.estimate("max_drawdown", curve.drawdown)
    writer.estimate("win_rate", winRate)
    writer.estimate("profit_factor", profitFactor)
    writer.estimate("exposure", exposure)
    writer.estimate("mean_mfe", meanFavorable)
    writer.estimate("mean_mae", meanAdverse)
    writer.interval("expectancy", expectancy)
    writer.interval("expectancy_r", expectancyR)
    writer.key("chance")
    writer.beginObject()
    writer.estimate("mean_return", meanShare)
    writer.estimate("p_value", chance.probability)
    writer.key("p_value_missing")
    if let reason = chance.reason { writer.string("\(reason)") } else { writer.null() }
    writer.endObject()
    writer.key("r_distribution")
    writer.beginObject()
    for entry in multiples {
      writer.key(entry.class)
      writer.integer(entry.count)
    }
    writer.endObject()
    writer.key("denials")
    writer.beginObject()
    for denial in denials {
      writer.key(denial.code)
      writer.integer(denial.count)
    }
    writer.endObject()
    writeStandstill(&writer)
    writer.key("look_ahead")
    if let lookAhead {
      writer.beginArray()
      for finding in lookAhead.findings { writer.string(finding.decidedAt.isoText) }
      writer.endArray()
    } else {
      writer.null()
    }
    writer.key("look_ahead_compared")
    if let lookAhead { writer.integer(lookAhead.comparedCount) } else { writer.null() }
    writer.key("look_ahead_until")
    if let until = lookAhead?.comparedUntil { writer.string(until.isoText) } else { writer.null() }
    writer.key("look_ahead_unseen")
    if let lookAhead {
      writer.beginArray()
      for id in lookAhead.unseen { writer.string(id.text) }
      writer.endArray()
    } else {
      writer.null()
    }
    writer.texts("doubts", doubts)
    writer.texts("warnings", warnings)
    writer.texts("assumptions", assumptions)
  }

  private func writeStandstill(_ writer: inout JSONWriter) {
    writer.key("stood_still")
    if let standstill { standstill.write(to: &writer) } else { writer.null() }
  }

  private func writeEnd(_ writer: inout JSONWriter) {
    writer.key("in_no_trade")
    writer.number(inNoTrade)
    writer.key("liquidations")
    writer.integer(liquidationCount)
    writer.key("open_positions")
    writer.beginArray()
    for position in openPositions {
      writer.beginObject()
      writer.key("instrument")
      writer.string(position.instrument.text)
      writer.key("side")
      writer.string(position.side.rawValue)
      writer.key("contracts")
      writer.number(position.contracts)
      writer.key("entry")
      writer.number(position.entryPrice)
      writer.key("mark")
      writer.number(position.markPrice)
      writer.key("unrealized")
      writer.number(position.unrealizedPnL)
      writer.endObject()
    }
    writer.endArray()
  }

  private func writeSetups(_ writer: inout JSONWriter) {
    writer.key("setups")
    writer.beginArray()
    for setup in setups {
      writer.beginObject()
      writer.key("setup")
      writer.string(setup.name)
      writer.key("trades")
      writer.integer(setup.tradeCount)
      writer.key("won")
      writer.integer(setup.winCount)
      writer.key("net")
      writer.number(setup.net)
      writer.estimate("mean_r", setup.meanMultiple)
      writer.endObject()
    }
    writer.endArray()
  }

  private func writeDraws(
    _ name: String, _ draws: MonteCarlo.Draws?, _ writer: inout JSONWriter
  ) {
    writer.key(name)
    guard let draws else { return writer.null() }
    writer.beginObject()
    writer.key("draws")
    writer.integer(draws.drawCount)
    for (name, spread) in [
      ("max_drawdown", draws.drawdown), ("return", draws.totalReturn),
    ] {
      writer.key(name)
      writer.beginObject()
      writer.estimate("low", spread.low)
      writer.estimate("middle", spread.middle)
      writer.estimate("high", spread.high)
      writer.endObject()
    }
    writer.endObject()
  }

  private func writeCurve(_ writer: inout JSONWriter) {
    writer.key("equity_curve")
    writer.beginArray()
    // With the ends of the deepest fall, so that the curve tells what `max_drawdown` does.
    for point in curve.drawn {
      writer.beginArray()
      writer.integer(point.time)
      writer.number(Fixed(estimate: point.equity))
      writer.endArray()
    }
    writer.endArray()
  }

  private func writeTrades(_ writer: inout JSONWriter) {
    writer.key("trade_list")
    writer.beginArray()
    for trade in trades {
      writer.beginObject()
      writer.key("instrument")
      writer.string(trade.cycle.key.instrument.text)
      writer.key("side")
      writer.string(trade.cycle.side.rawValue)
      writer.key("opened")
      writer.integer(trade.cycle.openedAt.milliseconds)
      writer.key("closed")
      writer.integer(trade.cycle.closedAt?.milliseconds ?? trade.cycle.openedAt.milliseconds)
      writer.key("contracts")
      writer.number(trade.cycle.peakContracts)
      writer.key("entry")
      writer.number(trade.cycle.entryPrice)
      writer.key("exit")
      writer.number(trade.exitPrice)
      writer.key("realized")
      writer.number(trade.cycle.realizedPnL)
      writer.key("fees")
      writer.number(trade.cycle.fees)
      writer.key("funding")
      writer.number(trade.cycle.funding)
      writer.key("net")
      writer.number(trade.cycle.netPnL)
      writer.key("r")
      if let multiple = trade.cycle.rMultiple { writer.number(multiple) } else { writer.null() }
      writer.estimate("mfe", trade.favorable)
      writer.estimate("mae", trade.adverse)
      writer.key("ending")
      if let ending = trade.cycle.ending { writer.string(ending.rawValue) } else { writer.null() }
      writer.key("setup")
      writer.string(trade.setup)
      writer.key("reason")
      writer.string(trade.reason)
      writer.endObject()
    }
    writer.endArray()
  }
}

extension JSONWriter {
  /// Writes a key with a list of texts.
  mutating func texts(_ name: String, _ texts: [String]) {
    key(name)
    beginArray()
    for text in texts { string(text) }
    endArray()
  }

  /// Writes a key with an estimate, or null.
  mutating func estimate(_ name: StaticString, _ value: Double?) {
    key(name)
    if let value, value.isFinite { number(Fixed(estimate: value)) } else { null() }
  }

  /// Writes a key with a mean and its interval, or null.
  mutating func interval(_ name: StaticString, _ interval: BootstrapInterval?) {
    key(name)
    guard let interval else {
      null()
      return
    }
    beginObject()
    estimate("mean", interval.mean)
    estimate("lower", interval.lower)
    estimate("upper", interval.upper)
    endObject()
  }
}

extension Fixed {
  /// Takes an estimate, rounded to nine places; the ends of the range stand for what is beyond.
  init(estimate: Double) {
    let bound = 1e18
    let scaled = (max(-bound, min(bound, estimate)) * 1e9).rounded()
    self.init(raw: Int128(scaled) * 1_000_000_000)
  }
}

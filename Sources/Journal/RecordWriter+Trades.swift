import Trading
import Units

extension RecordWriter {
  mutating func write(_ intent: IntentRecord) throws(JournalProblem) {
    // Recovery finds the intents of a run by this beginning.
    guard let current, intent.clientOrderID.text.hasPrefix(current.id.text) else {
      throw .recordRefused(
        reason: "client order id \(intent.clientOrderID) does not begin with the run's name")
    }
    guard intent.clientOrderID.isAcceptable else {
      throw .recordRefused(
        reason: "client order id \(intent.clientOrderID) has letters that no exchange takes")
    }
    row.add(intent.clientOrderID)
    row.add(current.number)
    switch intent.action {
    case .order(let request): add(request, of: intent)
    case .protection(let request): add(request, of: intent)
    case .closePosition(let key, _): add(closing: key, of: intent)
    }
    let figures = intent.figures
    row.add(figures?.equity)
    row.add(figures?.referencePrice)
    row.add(figures?.notional)
    row.add(figures?.margin)
    row.add(figures?.leverage)
    row.add(figures?.lossAtStop)
    row.add(figures?.riskFraction)
    row.add(figures?.rewardToRisk)
    row.add(figures?.liquidationPrice)
    row.add(intent.reasons.columnText)
    row.add(intent.state)
    row.add(intent.at)
    try run(.intent)
  }

  private mutating func add(_ request: OrderRequest, of intent: IntentRecord) {
    row.add("order")
    row.add(intent.purpose)
    row.add(intent.source.code)
    row.add(request.instrument)
    row.add(request.side)
    row.add(request.slot)
    row.add(request.marginMode)
    row.add(request.type.code)
    row.add(request.type.limitPrice)
    row.add(request.contracts)
    row.add(request.reduceOnly)
    row.add(request.takeProfit)
    row.add(request.stopLoss)
  }

  private mutating func add(_ request: ProtectionRequest, of intent: IntentRecord) {
    row.add("protection")
    row.add(intent.purpose)
    row.add(intent.source.code)
    row.add(request.key.instrument)
    row.add(request.side)
    row.add(request.key.slot)
    row.add(request.key.marginMode)
    row.add(nil as String?)
    row.add(nil as Price?)
    row.add(request.size.contracts)
    row.add(true)
    row.add(request.takeProfit)
    row.add(request.stopLoss)
  }

  private mutating func add(closing key: PositionKey, of intent: IntentRecord) {
    row.add("closePosition")
    row.add(intent.purpose)
    row.add(intent.source.code)
    row.add(key.instrument)
    row.add(nil as OrderSide?)
    row.add(key.slot)
    row.add(key.marginMode)
    row.add(nil as String?)
    row.add(nil as Price?)
    row.add(nil as Contracts?)
    row.add(true)
    row.add(nil as Trigger?)
    row.add(nil as Trigger?)
  }

  mutating func write(_ fill: Fill, at: Timestamp) throws(JournalProblem) {
    row.add(fill.instrument)
    row.add(fill.tradeID)
    row.add(fill.exchangeOrderID)
    row.add(fill.clientOrderID)
    row.add(fill.side)
    row.add(fill.slot)
    row.add(fill.price)
    row.add(fill.contracts)
    row.add(fill.fee)
    row.add(fill.realizedPnL)
    row.add(fill.exchangeTime)
    row.add(at)
    try run(.fill)
  }

  mutating func write(_ cycle: PositionCycle, at: Timestamp) throws(JournalProblem) {
    row.add(cycle.id)
    row.add(cycle.key.instrument)
    row.add(cycle.key.slot)
    row.add(cycle.key.marginMode)
    row.add(cycle.side)
    row.add(cycle.source?.code)
    row.add(cycle.openedAt)
    row.add(cycle.closedAt)
    row.add(cycle.entryPrice)
    row.add(cycle.exitPrice)
    row.add(cycle.peakContracts)
    row.add(cycle.initialStop)
    row.add(cycle.initialRisk)
    row.add(cycle.realizedPnL)
    row.add(cycle.fees)
    row.add(cycle.funding)
    row.add(cycle.bestPrice)
    row.add(cycle.worstPrice)
    row.add(cycle.ending)
    row.add(at)
    try run(.cycle)
  }
}

import Trading
import Units

extension RowReader {
  func run() throws(JournalProblem) -> RunRecord {
    guard let seed = UInt64(try text("seed")) else { throw unreadable("seed") }
    return RunRecord(
      id: try name("id"), programVersion: try text("program_version"), seed: seed,
      settings: try text("settings"), startedAt: try time("started_at"))
  }

  func intent() throws(JournalProblem) -> IntentRecord {
    IntentRecord(
      action: try action(), purpose: try word("purpose"), source: try source("source"),
      reasons: try reasons(), figures: try figures(), state: try word("bot_state"),
      at: try time("at"))
  }

  private func reasons() throws(JournalProblem) -> [String] {
    let text = try text("reasons")
    return text.isEmpty ? [] : text.split(separator: "\n").map(String.init)
  }

  private func action() throws(JournalProblem) -> IntentRecord.Action {
    let id: ClientOrderID = try name("client_order_id")
    let key = try positionKey()
    switch try text("kind") {
    case "order":
      guard
        let type = OrderType(
          columnText: try text("order_type"), price: try optionalUnit("limit_price"))
      else { throw unreadable("order_type") }
      return .order(
        OrderRequest(
          clientOrderID: id, instrument: key.instrument, side: try word("side"), slot: key.slot,
          marginMode: key.marginMode, type: type, contracts: try unit("contracts"),
          reduceOnly: try flag("reduce_only"), takeProfit: try trigger("take_profit"),
          stopLoss: try trigger("stop")))
    case "protection":
      let contracts: Contracts? = try optionalUnit("contracts")
      return .protection(
        ProtectionRequest(
          clientOrderID: id, key: key, side: try word("side"),
          size: contracts.map(TriggerSize.contracts) ?? .wholePosition,
          takeProfit: try trigger("take_profit"), stopLoss: try trigger("stop")))
    case "closePosition": return .closePosition(key, id)
    default: throw unreadable("kind")
    }
  }

  private func figures() throws(JournalProblem) -> RiskFigures? {
    guard let equity: Money = try optionalUnit("equity") else { return nil }
    return RiskFigures(
      equity: equity, referencePrice: try unit("reference_price"),
      notional: try unit("notional"), margin: try unit("margin"), leverage: try unit("leverage"),
      lossAtStop: try optionalUnit("loss_at_stop"),
      riskFraction: try optionalUnit("risk_fraction"),
      rewardToRisk: try optionalUnit("reward_to_risk"),
      liquidationPrice: try optionalUnit("liquidation_price"))
  }

  func fill() throws(JournalProblem) -> Fill {
    Fill(
      tradeID: try name("trade_id"),
      exchangeOrderID: try name("exchange_order_id"),
      clientOrderID: try optionalName("client_order_id"),
      instrument: try name("instrument"), side: try word("side"),
      slot: try word("slot"), price: try unit("price"), contracts: try unit("contracts"),
      fee: try unit("fee"), realizedPnL: try unit("realized_pnl"),
      exchangeTime: try time("exchange_time"))
  }

  func cycle() throws(JournalProblem) -> PositionCycle {
    let source: CommandSource? = optionalText("source") == nil ? nil : try source("source")
    var cycle = PositionCycle(
      key: try positionKey(), side: try word("side"), source: source,
      openedAt: try time("opened_at"), entryPrice: try unit("entry_price"),
      peakContracts: try unit("peak_contracts"))
    cycle.closedAt = optionalTime("closed_at")
    cycle.exitPrice = try optionalUnit("exit_price")
    cycle.initialStop = try optionalUnit("initial_stop")
    cycle.initialRisk = try optionalUnit("initial_risk")
    cycle.realizedPnL = try unit("realized_pnl")
    cycle.fees = try unit("fees")
    cycle.funding = try unit("funding")
    cycle.bestPrice = try optionalUnit("best_price")
    cycle.worstPrice = try optionalUnit("worst_price")
    cycle.ending = try optionalWord("ending")
    return cycle
  }

  func funding() throws(JournalProblem) -> FundingRecord {
    FundingRecord(
      instrument: try name("instrument"), amount: try unit("amount"),
      settledAt: try time("settled_at"), at: try time("at"))
  }

  func botState() throws(JournalProblem) -> BotStateRecord {
    BotStateRecord(
      state: try word("state"), reason: try text("reason"), source: try source("source"),
      at: try time("at"))
  }

  func plan() throws(JournalProblem) -> PlanRecord {
    guard let body = blob("body") else { throw unreadable("body") }
    return PlanRecord(
      id: PlanID(try text("id")), kind: try text("kind"),
      instrument: try optionalName("instrument"),
      source: try source("source"), state: try word("state"), step: try text("step"), body: body,
      startedAt: try time("started_at"), at: try time("at"))
  }

  func equity() throws(JournalProblem) -> EquityRecord {
    EquityRecord(
      occasion: try word("occasion"), equity: try unit("equity"), cash: try unit("cash"),
      at: try time("at"))
  }
}

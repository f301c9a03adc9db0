/// Every statement that writes, with its parameters in the order in which rows are put together,
/// and those around them.
enum StatementName: Hashable {
  case startRun, endRun, intent, fill, cycle, denial, command, answer, funding
  case stateChange, equity, note, plan, events, checkpoint
  case alertRule, alert, acknowledgement
  case insertOrder, updateOrderByClientID, updateOrderByExchangeID, orderChange
  case moveHistory, deleteExternalOrder
  case begin, commit, rollBack

  var sql: String {
    switch self {
    case .startRun: Self.startRunSQL
    case .endRun: "UPDATE runs SET ended_at = ?, end_reason = ? WHERE id = ?"
    case .intent: Self.intentSQL
    case .fill: Self.fillSQL
    case .cycle: Self.cycleSQL
    case .denial:
      "INSERT INTO denials (code, text, instrument, intent, source, at) VALUES (?, ?, ?, ?, ?, ?)"
    case .command: "INSERT INTO commands (source, text, answer, at) VALUES (?, ?, ?, ?)"
    case .answer: Self.answerSQL
    case .funding: Self.fundingSQL
    case .stateChange: "INSERT INTO state_changes (state, reason, source, at) VALUES (?, ?, ?, ?)"
    case .equity: "INSERT INTO equity (occasion, equity, cash, at) VALUES (?, ?, ?, ?)"
    case .note: "INSERT INTO notes (level, text, instrument, cycle, at) VALUES (?, ?, ?, ?, ?)"
    case .plan: Self.planSQL
    case .alertRule: Schema003.ruleSQL
    case .alert: Schema003.alertSQL
    case .acknowledgement: Schema003.acknowledgementSQL
    case .events: Self.eventsSQL
    case .checkpoint: "INSERT INTO checkpoints (run, sequence, hash, at) VALUES (?, ?, ?, ?)"
    case .insertOrder: Self.insertOrderSQL
    case .updateOrderByClientID:
      Self.updateOrderSQL + " WHERE client_order_id = ? RETURNING number"
    case .updateOrderByExchangeID:
      Self.updateOrderSQL
        + " WHERE instrument = ? AND kind = ? AND exchange_order_id = ? RETURNING number"
    case .orderChange: Self.orderChangeSQL
    case .moveHistory: Self.moveHistorySQL
    case .deleteExternalOrder: Self.deleteExternalOrderSQL
    case .begin: "BEGIN IMMEDIATE"
    case .commit: "COMMIT"
    case .rollBack: "ROLLBACK"
    }
  }

  private static let startRunSQL = """
    INSERT INTO runs (id, program_version, seed, settings, started_at)
    VALUES (?, ?, ?, ?, ?) RETURNING number
    """

  private static let fillSQL = """
    INSERT INTO fills (instrument, trade_id, exchange_order_id, client_order_id, side, slot, price,
      contracts, fee, realized_pnl, exchange_time, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instrument, trade_id) DO NOTHING
    """

  private static let answerSQL = """
    INSERT INTO requests (
      run, number, kind, instrument, client_order_id, sent_at, result, code, message, answered_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run, number) DO UPDATE SET
      result = excluded.result, code = excluded.code, message = excluded.message,
      answered_at = excluded.answered_at
    """

  private static let fundingSQL = """
    INSERT INTO funding (instrument, settled_at, amount, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (instrument, settled_at, amount) DO NOTHING
    """

  private static let planSQL = """
    INSERT INTO plans (id, kind, instrument, source, state, step, body, started_at, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
      state = excluded.state, step = excluded.step, body = excluded.body, at = excluded.at,
      started_at = excluded.started_at
    """

  private static let eventsSQL = """
    INSERT INTO events (run, first_sequence, count, codec, first_at, last_at, bytes)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    """

  private static let insertOrderSQL = """
    INSERT INTO orders (kind, instrument, side, first_at, client_order_id, exchange_order_id,
      state, is_final, filled_contracts, average_price, take_profit_price, stop_price, last_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
    """

  private static let orderChangeSQL = """
    INSERT INTO order_changes (order_number, state, filled_contracts, average_price, cause, at)
    VALUES (?, ?, ?, ?, ?, ?)
    """

  private static let moveHistorySQL = """
    UPDATE order_changes SET order_number = (SELECT number FROM orders WHERE client_order_id = ?)
    WHERE order_number = (SELECT number FROM orders
      WHERE instrument = ? AND kind = ? AND exchange_order_id = ? AND client_order_id IS NULL)
    """

  private static let deleteExternalOrderSQL = """
    DELETE FROM orders
    WHERE instrument = ? AND kind = ? AND exchange_order_id = ? AND client_order_id IS NULL
    """

  // Ids, sizes and stops that are not stated again keep what was known.
  private static let updateOrderSQL = """
    UPDATE orders SET
      client_order_id = coalesce(?, client_order_id),
      exchange_order_id = coalesce(?, exchange_order_id),
      state = ?, is_final = ?, filled_contracts = ?,
      average_price = coalesce(?, average_price),
      take_profit_price = coalesce(?, take_profit_price),
      stop_price = coalesce(?, stop_price),
      last_at = ?
    """

  private static let intentSQL = """
    INSERT INTO intents (client_order_id, run, kind, purpose, source, instrument, side, slot,
      margin_mode, order_type, limit_price, contracts, reduce_only,
      take_profit_price, take_profit_source, take_profit_limit,
      stop_price, stop_source, stop_limit,
      equity, reference_price, notional, margin, leverage, loss_at_stop, risk_fraction,
      reward_to_risk, liquidation_price, reasons, bot_state, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
      ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  private static let cycleSQL = """
    INSERT INTO position_cycles (id, instrument, slot, margin_mode, side, source, opened_at,
      closed_at, entry_price, exit_price, peak_contracts, initial_stop, initial_risk, realized_pnl,
      fees, funding, best_price, worst_price, ending, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      closed_at = excluded.closed_at, entry_price = excluded.entry_price,
      exit_price = excluded.exit_price, peak_contracts = excluded.peak_contracts,
      initial_stop = excluded.initial_stop, initial_risk = excluded.initial_risk,
      realized_pnl = excluded.realized_pnl, fees = excluded.fees, funding = excluded.funding,
      best_price = excluded.best_price, worst_price = excluded.worst_price,
      ending = excluded.ending, updated_at = excluded.updated_at
    """
}

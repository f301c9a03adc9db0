/// The first schema. It is never edited: a change is a new migration beside it.
///
/// Amounts are exact decimal text and are never summed by SQL, which would use doubles. Times are
/// milliseconds since 1970 UTC. The database refuses what the code should not have tried.
enum Schema001 {
  static let name = "001 first schema"

  /// A number above zero in its shortest form, as far as a comparison tells: it begins with a digit
  /// and is more than `0` alone. Exact forms are checked where they are read; `GLOB` here would
  /// cost as much as the insert.
  private static func positive(_ column: String) -> String {
    "(\(column) > '0' AND \(column) < ':')"
  }

  /// A number of any sign: it begins with a digit or a minus sign.
  static func number(_ column: String) -> String { "(\(column) >= '-' AND \(column) < ':')" }

  /// One of some words, as comparisons: SQLite would build a table for `IN` at each insert.
  static func oneOf(_ column: String, _ words: String...) -> String {
    "(" + words.map { "\(column) = '\($0)'" }.joined(separator: " OR ") + ")"
  }

  static var statements: [String] {
    [journal, runs, intents, orders, orderChanges, fills, cycles]
      + [denials, commands, requests, funding, stateChanges, equity, notes, events, checkpoints]
      + indexes
  }

  private static let journal = """
    CREATE TABLE journal (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      environment TEXT NOT NULL CHECK (environment <> ''),
      account TEXT NOT NULL CHECK (account <> ''),
      exchange TEXT NOT NULL CHECK (exchange <> ''),
      created_at INTEGER NOT NULL
    ) STRICT
    """

  private static let runs = """
    CREATE TABLE runs (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CHECK (id <> ''),
      program_version TEXT NOT NULL,
      seed TEXT NOT NULL,
      settings TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      end_reason TEXT,
      CHECK ((ended_at IS NULL) = (end_reason IS NULL))
    ) STRICT
    """

  // Keyed by the client id alone: ids grow, so a durable intent dirties one page.
  private static var intents: String {
    """
    CREATE TABLE intents (
      client_order_id TEXT NOT NULL PRIMARY KEY
        CHECK (length(client_order_id) BETWEEN 1 AND 32),
      run INTEGER NOT NULL REFERENCES runs (number),
      kind TEXT NOT NULL CHECK \(oneOf("kind", "order", "protection", "closePosition")),
      purpose TEXT NOT NULL CHECK \(oneOf("purpose", "open", "reduce", "protect")),
      source TEXT NOT NULL CHECK (source <> ''),
      instrument TEXT NOT NULL CHECK (instrument <> ''),
      side TEXT CHECK \(oneOf("side", "buy", "sell")),
      slot TEXT NOT NULL CHECK \(oneOf("slot", "net", "long", "short")),
      margin_mode TEXT NOT NULL CHECK \(oneOf("margin_mode", "isolated", "cross")),
      order_type TEXT CHECK \(orderTypes),
      limit_price TEXT CHECK \(positive("limit_price")),
      contracts TEXT CHECK \(positive("contracts")),
      reduce_only INTEGER NOT NULL CHECK (reduce_only IN (0, 1)),
      take_profit_price TEXT CHECK \(positive("take_profit_price")),
      take_profit_source TEXT CHECK \(oneOf("take_profit_source", "last", "mark", "index")),
      take_profit_limit TEXT CHECK \(positive("take_profit_limit")),
      stop_price TEXT CHECK \(positive("stop_price")),
      stop_source TEXT CHECK \(oneOf("stop_source", "last", "mark", "index")),
      stop_limit TEXT CHECK \(positive("stop_limit")),
      equity TEXT CHECK \(number("equity")),
      reference_price TEXT CHECK \(positive("reference_price")),
      notional TEXT CHECK \(number("notional")),
      margin TEXT CHECK \(number("margin")),
      leverage TEXT CHECK \(positive("leverage")),
      loss_at_stop TEXT CHECK \(number("loss_at_stop")),
      risk_fraction TEXT CHECK \(number("risk_fraction")),
      reward_to_risk TEXT CHECK \(number("reward_to_risk")),
      liquidation_price TEXT CHECK \(positive("liquidation_price")),
      reasons TEXT NOT NULL,
      bot_state TEXT NOT NULL
        CHECK \(oneOf("bot_state", "running", "approval", "paused", "reducing", "halted")),
      at INTEGER NOT NULL CHECK (at >= 0),
      CHECK ((kind = 'order') = (order_type IS NOT NULL)),
      CHECK (kind <> 'order' OR contracts IS NOT NULL),
      CHECK ((kind = 'closePosition') = (side IS NULL)),
      CHECK ((order_type IS NULL OR order_type = 'market') = (limit_price IS NULL)),
      CHECK ((take_profit_price IS NULL) = (take_profit_source IS NULL)),
      CHECK ((stop_price IS NULL) = (stop_source IS NULL)),
      CHECK (kind <> 'protection' OR take_profit_price IS NOT NULL OR stop_price IS NOT NULL),
      CHECK (equity IS NULL OR (reference_price IS NOT NULL AND notional IS NOT NULL
        AND margin IS NOT NULL AND leverage IS NOT NULL))
    ) STRICT, WITHOUT ROWID
    """
  }

  private static var orders: String {
    """
    CREATE TABLE orders (
      number INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK \(oneOf("kind", "order", "trigger")),
      client_order_id TEXT UNIQUE CHECK (client_order_id <> ''),
      exchange_order_id TEXT CHECK (exchange_order_id <> ''),
      instrument TEXT NOT NULL CHECK (instrument <> ''),
      side TEXT CHECK \(oneOf("side", "buy", "sell")),
      state TEXT NOT NULL CHECK (
        (kind = 'order' AND \(orderStates)) OR (kind = 'trigger' AND \(triggerStates))),
      is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),
      filled_contracts TEXT NOT NULL
        CHECK (filled_contracts = '0' OR \(positive("filled_contracts"))),
      average_price TEXT CHECK \(positive("average_price")),
      take_profit_price TEXT CHECK \(positive("take_profit_price")),
      stop_price TEXT CHECK \(positive("stop_price")),
      first_at INTEGER NOT NULL CHECK (first_at >= 0),
      last_at INTEGER NOT NULL CHECK (last_at >= 0),
      CHECK (client_order_id IS NOT NULL OR exchange_order_id IS NOT NULL)
    ) STRICT
    """
  }

  private static let orderTypes = oneOf(
    "order_type", "market", "limit", "postOnly", "fillOrKill", "immediateOrCancel")

  private static let endings = oneOf(
    "ending", "stopLoss", "takeProfit", "manual", "strategy", "liquidation", "autoDeleveraging",
    "external", "unexplained", "accountEnded")

  private static let orderStates = oneOf(
    "state", "live", "filled", "canceled", "sent", "partiallyFilled", "pendingCancel", "rejected",
    "expired", "unknown", "lost")

  private static let triggerStates = oneOf(
    "state", "live", "triggered", "canceled", "sent", "unknown", "rejected", "failed")

  private static var orderChanges: String {
    """
    CREATE TABLE order_changes (
      number INTEGER PRIMARY KEY,
      order_number INTEGER NOT NULL REFERENCES orders (number),
      state TEXT NOT NULL,
      filled_contracts TEXT NOT NULL
        CHECK (filled_contracts = '0' OR \(positive("filled_contracts"))),
      average_price TEXT CHECK \(positive("average_price")),
      cause TEXT NOT NULL,
      at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """
  }

  // One journal belongs to one exchange, so (instrument, trade id) is the exchange's own key.
  private static var fills: String {
    """
    CREATE TABLE fills (
      instrument TEXT NOT NULL CHECK (instrument <> ''),
      trade_id TEXT NOT NULL CHECK (trade_id <> ''),
      exchange_order_id TEXT NOT NULL CHECK (exchange_order_id <> ''),
      client_order_id TEXT CHECK (client_order_id <> ''),
      side TEXT NOT NULL CHECK \(oneOf("side", "buy", "sell")),
      slot TEXT NOT NULL CHECK \(oneOf("slot", "net", "long", "short")),
      price TEXT NOT NULL CHECK \(positive("price")),
      contracts TEXT NOT NULL CHECK \(positive("contracts")),
      fee TEXT NOT NULL CHECK \(number("fee")),
      realized_pnl TEXT NOT NULL CHECK \(number("realized_pnl")),
      exchange_time INTEGER NOT NULL CHECK (exchange_time >= 0),
      at INTEGER NOT NULL CHECK (at >= 0),
      PRIMARY KEY (instrument, trade_id)
    ) STRICT, WITHOUT ROWID
    """
  }

  private static var cycles: String {
    """
    CREATE TABLE position_cycles (
      id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
      instrument TEXT NOT NULL CHECK (instrument <> ''),
      slot TEXT NOT NULL CHECK \(oneOf("slot", "net", "long", "short")),
      margin_mode TEXT NOT NULL CHECK \(oneOf("margin_mode", "isolated", "cross")),
      side TEXT NOT NULL CHECK \(oneOf("side", "long", "short")),
      source TEXT CHECK (source <> ''),
      opened_at INTEGER NOT NULL CHECK (opened_at >= 0),
      closed_at INTEGER CHECK (closed_at >= opened_at),
      entry_price TEXT NOT NULL CHECK \(positive("entry_price")),
      exit_price TEXT CHECK \(positive("exit_price")),
      peak_contracts TEXT NOT NULL CHECK \(positive("peak_contracts")),
      initial_stop TEXT CHECK \(positive("initial_stop")),
      initial_risk TEXT CHECK \(positive("initial_risk")),
      realized_pnl TEXT NOT NULL CHECK \(number("realized_pnl")),
      fees TEXT NOT NULL CHECK \(number("fees")),
      funding TEXT NOT NULL CHECK \(number("funding")),
      best_price TEXT CHECK \(positive("best_price")),
      worst_price TEXT CHECK \(positive("worst_price")),
      ending TEXT CHECK \(endings),
      updated_at INTEGER NOT NULL CHECK (updated_at >= 0),
      CHECK ((closed_at IS NULL) = (ending IS NULL))
    ) STRICT, WITHOUT ROWID
    """
  }
}

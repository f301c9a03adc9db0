PRAGMA application_id = 1346652748;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES('001 first schema');
INSERT INTO grdb_migrations VALUES('002 plans');
INSERT INTO grdb_migrations VALUES('003 alerts');
INSERT INTO grdb_migrations VALUES('004 strategy commands');
INSERT INTO grdb_migrations VALUES('005 account number');
INSERT INTO grdb_migrations VALUES('006 denials of the account');
CREATE TABLE journal (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  environment TEXT NOT NULL CHECK (environment <> ''),
  account TEXT NOT NULL CHECK (account <> ''),
  exchange TEXT NOT NULL CHECK (exchange <> ''),
  created_at INTEGER NOT NULL
, account_number TEXT CHECK (account_number <> '')) STRICT;
INSERT INTO journal VALUES(1,'paper','main','blofin',1774944000000,'100001');
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
) STRICT;
INSERT INTO runs VALUES(1,'pmnebtvk0','0.1.0','18446744073709551615',replace('risk.riskPerTrade: 1 %\n','\n',char(10)),1774944000000,1774944000060,'the user quit');
CREATE TABLE intents (
  client_order_id TEXT NOT NULL PRIMARY KEY
    CHECK (length(client_order_id) BETWEEN 1 AND 32),
  run INTEGER NOT NULL REFERENCES runs (number),
  kind TEXT NOT NULL CHECK (kind = 'order' OR kind = 'protection' OR kind = 'closePosition'),
  purpose TEXT NOT NULL CHECK (purpose = 'open' OR purpose = 'reduce' OR purpose = 'protect'),
  source TEXT NOT NULL CHECK (source <> ''),
  instrument TEXT NOT NULL CHECK (instrument <> ''),
  side TEXT CHECK (side = 'buy' OR side = 'sell'),
  slot TEXT NOT NULL CHECK (slot = 'net' OR slot = 'long' OR slot = 'short'),
  margin_mode TEXT NOT NULL CHECK (margin_mode = 'isolated' OR margin_mode = 'cross'),
  order_type TEXT CHECK (order_type = 'market' OR order_type = 'limit' OR order_type = 'postOnly' OR order_type = 'fillOrKill' OR order_type = 'immediateOrCancel'),
  limit_price TEXT CHECK (limit_price > '0' AND limit_price < ':'),
  contracts TEXT CHECK (contracts > '0' AND contracts < ':'),
  reduce_only INTEGER NOT NULL CHECK (reduce_only IN (0, 1)),
  take_profit_price TEXT CHECK (take_profit_price > '0' AND take_profit_price < ':'),
  take_profit_source TEXT CHECK (take_profit_source = 'last' OR take_profit_source = 'mark' OR take_profit_source = 'index'),
  take_profit_limit TEXT CHECK (take_profit_limit > '0' AND take_profit_limit < ':'),
  stop_price TEXT CHECK (stop_price > '0' AND stop_price < ':'),
  stop_source TEXT CHECK (stop_source = 'last' OR stop_source = 'mark' OR stop_source = 'index'),
  stop_limit TEXT CHECK (stop_limit > '0' AND stop_limit < ':'),
  equity TEXT CHECK (equity >= '-' AND equity < ':'),
  reference_price TEXT CHECK (reference_price > '0' AND reference_price < ':'),
  notional TEXT CHECK (notional >= '-' AND notional < ':'),
  margin TEXT CHECK (margin >= '-' AND margin < ':'),
  leverage TEXT CHECK (leverage > '0' AND leverage < ':'),
  loss_at_stop TEXT CHECK (loss_at_stop >= '-' AND loss_at_stop < ':'),
  risk_fraction TEXT CHECK (risk_fraction >= '-' AND risk_fraction < ':'),
  reward_to_risk TEXT CHECK (reward_to_risk >= '-' AND reward_to_risk < ':'),
  liquidation_price TEXT CHECK (liquidation_price > '0' AND liquidation_price < ':'),
  reasons TEXT NOT NULL,
  bot_state TEXT NOT NULL
    CHECK (bot_state = 'running' OR bot_state = 'approval' OR bot_state = 'paused' OR bot_state = 'reducing' OR bot_state = 'halted'),
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
) STRICT, WITHOUT ROWID;
INSERT INTO intents VALUES('pmnebtvk0000001',1,'order','open','strategy:scaleIn','BTC-USDT','buy','net','isolated','limit','94321.5','12.5',0,'97000','mark','96990.1','93000','last',NULL,'10000.123456789012345678','94321.5','1179.01875','117.901875','10','18.2','0.00182','2.03','85210.7',replace('zone Z-17 was touched\n2 of 4 triggers','\n',char(10)),'running',1774944000010);
INSERT INTO intents VALUES('pmnebtvk0000002',1,'protection','protect','engine','BTC-USDT','sell','net','isolated',NULL,NULL,NULL,1,NULL,NULL,NULL,'93000','index',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'','reducing',1774944000020);
CREATE TABLE orders (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind = 'order' OR kind = 'trigger'),
  client_order_id TEXT UNIQUE CHECK (client_order_id <> ''),
  exchange_order_id TEXT CHECK (exchange_order_id <> ''),
  instrument TEXT NOT NULL CHECK (instrument <> ''),
  side TEXT CHECK (side = 'buy' OR side = 'sell'),
  state TEXT NOT NULL CHECK (
    (kind = 'order' AND (state = 'live' OR state = 'filled' OR state = 'canceled' OR state = 'sent' OR state = 'partiallyFilled' OR state = 'pendingCancel' OR state = 'rejected' OR state = 'expired' OR state = 'unknown' OR state = 'lost')) OR (kind = 'trigger' AND (state = 'live' OR state = 'triggered' OR state = 'canceled' OR state = 'sent' OR state = 'unknown' OR state = 'rejected' OR state = 'failed'))),
  is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),
  filled_contracts TEXT NOT NULL
    CHECK (filled_contracts = '0' OR (filled_contracts > '0' AND filled_contracts < ':')),
  average_price TEXT CHECK (average_price > '0' AND average_price < ':'),
  take_profit_price TEXT CHECK (take_profit_price > '0' AND take_profit_price < ':'),
  stop_price TEXT CHECK (stop_price > '0' AND stop_price < ':'),
  first_at INTEGER NOT NULL CHECK (first_at >= 0),
  last_at INTEGER NOT NULL CHECK (last_at >= 0),
  CHECK (client_order_id IS NOT NULL OR exchange_order_id IS NOT NULL)
) STRICT;
CREATE TABLE order_changes (
  number INTEGER PRIMARY KEY,
  order_number INTEGER NOT NULL REFERENCES orders (number),
  state TEXT NOT NULL,
  filled_contracts TEXT NOT NULL
    CHECK (filled_contracts = '0' OR (filled_contracts > '0' AND filled_contracts < ':')),
  average_price TEXT CHECK (average_price > '0' AND average_price < ':'),
  cause TEXT NOT NULL,
  at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE TABLE fills (
  instrument TEXT NOT NULL CHECK (instrument <> ''),
  trade_id TEXT NOT NULL CHECK (trade_id <> ''),
  exchange_order_id TEXT NOT NULL CHECK (exchange_order_id <> ''),
  client_order_id TEXT CHECK (client_order_id <> ''),
  side TEXT NOT NULL CHECK (side = 'buy' OR side = 'sell'),
  slot TEXT NOT NULL CHECK (slot = 'net' OR slot = 'long' OR slot = 'short'),
  price TEXT NOT NULL CHECK (price > '0' AND price < ':'),
  contracts TEXT NOT NULL CHECK (contracts > '0' AND contracts < ':'),
  fee TEXT NOT NULL CHECK (fee >= '-' AND fee < ':'),
  realized_pnl TEXT NOT NULL CHECK (realized_pnl >= '-' AND realized_pnl < ':'),
  exchange_time INTEGER NOT NULL CHECK (exchange_time >= 0),
  at INTEGER NOT NULL CHECK (at >= 0),
  PRIMARY KEY (instrument, trade_id)
) STRICT, WITHOUT ROWID;
INSERT INTO fills VALUES('BTC-USDT','100001','88001','pmnebtvk0000001','buy','net','94320.1','0.1','0.0056592','-0.000000000000000001',1774944000050,1774944000051);
CREATE TABLE position_cycles (
  id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  instrument TEXT NOT NULL CHECK (instrument <> ''),
  slot TEXT NOT NULL CHECK (slot = 'net' OR slot = 'long' OR slot = 'short'),
  margin_mode TEXT NOT NULL CHECK (margin_mode = 'isolated' OR margin_mode = 'cross'),
  side TEXT NOT NULL CHECK (side = 'long' OR side = 'short'),
  source TEXT CHECK (source <> ''),
  opened_at INTEGER NOT NULL CHECK (opened_at >= 0),
  closed_at INTEGER CHECK (closed_at >= opened_at),
  entry_price TEXT NOT NULL CHECK (entry_price > '0' AND entry_price < ':'),
  exit_price TEXT CHECK (exit_price > '0' AND exit_price < ':'),
  peak_contracts TEXT NOT NULL CHECK (peak_contracts > '0' AND peak_contracts < ':'),
  initial_stop TEXT CHECK (initial_stop > '0' AND initial_stop < ':'),
  initial_risk TEXT CHECK (initial_risk > '0' AND initial_risk < ':'),
  realized_pnl TEXT NOT NULL CHECK (realized_pnl >= '-' AND realized_pnl < ':'),
  fees TEXT NOT NULL CHECK (fees >= '-' AND fees < ':'),
  funding TEXT NOT NULL CHECK (funding >= '-' AND funding < ':'),
  best_price TEXT CHECK (best_price > '0' AND best_price < ':'),
  worst_price TEXT CHECK (worst_price > '0' AND worst_price < ':'),
  ending TEXT CHECK (ending = 'stopLoss' OR ending = 'takeProfit' OR ending = 'manual' OR ending = 'strategy' OR ending = 'liquidation' OR ending = 'autoDeleveraging' OR ending = 'external' OR ending = 'unexplained' OR ending = 'accountEnded'),
  updated_at INTEGER NOT NULL CHECK (updated_at >= 0),
  CHECK ((closed_at IS NULL) = (ending IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO position_cycles VALUES('BTC-USDT:net:isolated:1774944000050','BTC-USDT','net','isolated','long','agent:analyst:2',1774944000050,NULL,'94320.1',NULL,'12.5','93000','16.5','0','0','0',NULL,NULL,NULL,1774944000051);
CREATE TABLE denials (
  number INTEGER PRIMARY KEY,
  code TEXT NOT NULL CHECK (code <> ''),
  text TEXT NOT NULL,
  instrument TEXT CHECK (instrument <> ''),
  intent TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source <> ''),
  at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
INSERT INTO denials VALUES(1,'mode.taken','the position mode changes only without positions and orders: 1 positions and 0 orders are open',NULL,'position mode hedge','keyboard',1774944000007);
CREATE TABLE commands (
  number INTEGER PRIMARY KEY,
  source TEXT NOT NULL CHECK (source <> ''),
  text TEXT NOT NULL,
  answer TEXT,
  at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE TABLE requests (
  run INTEGER NOT NULL REFERENCES runs (number),
  number INTEGER NOT NULL,
  kind TEXT CHECK (kind <> ''),
  instrument TEXT,
  client_order_id TEXT,
  sent_at INTEGER CHECK (sent_at >= 0),
  result TEXT CHECK (result = 'confirmed' OR result = 'refused' OR result = 'unknown' OR result = 'notSent'),
  code TEXT,
  message TEXT,
  answered_at INTEGER CHECK (answered_at >= 0),
  PRIMARY KEY (run, number),
  CHECK ((kind IS NULL) = (sent_at IS NULL)),
  CHECK ((result IS NULL) = (answered_at IS NULL)),
  CHECK (kind IS NOT NULL OR result IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE TABLE funding (
  instrument TEXT NOT NULL CHECK (instrument <> ''),
  settled_at INTEGER NOT NULL CHECK (settled_at >= 0),
  amount TEXT NOT NULL CHECK (amount >= '-' AND amount < ':'),
  at INTEGER NOT NULL CHECK (at >= 0),
  PRIMARY KEY (instrument, settled_at, amount)
) STRICT, WITHOUT ROWID;
CREATE TABLE state_changes (
  number INTEGER PRIMARY KEY,
  state TEXT NOT NULL
    CHECK (state = 'running' OR state = 'approval' OR state = 'paused' OR state = 'reducing' OR state = 'halted'),
  reason TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source <> ''),
  at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE TABLE equity (
  number INTEGER PRIMARY KEY,
  occasion TEXT NOT NULL CHECK (occasion = 'dayStart' OR occasion = 'peak' OR occasion = 'curve'),
  equity TEXT NOT NULL CHECK (equity >= '-' AND equity < ':'),
  cash TEXT NOT NULL CHECK (cash >= '-' AND cash < ':'),
  at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE TABLE notes (
  number INTEGER PRIMARY KEY,
  level TEXT NOT NULL CHECK (level = 'notice' OR level = 'warning' OR level = 'alarm' OR level = 'user'),
  text TEXT NOT NULL,
  instrument TEXT,
  cycle TEXT,
  at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE TABLE events (
  run INTEGER NOT NULL REFERENCES runs (number),
  first_sequence INTEGER NOT NULL CHECK (first_sequence >= 0),
  count INTEGER NOT NULL CHECK (count > 0),
  codec INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL CHECK (last_at >= first_at),
  bytes BLOB NOT NULL,
  PRIMARY KEY (run, first_sequence)
) STRICT;
CREATE TABLE checkpoints (
  run INTEGER NOT NULL REFERENCES runs (number),
  sequence INTEGER NOT NULL CHECK (sequence >= 0),
  hash TEXT NOT NULL CHECK (length(hash) = 16),
  at INTEGER NOT NULL,
  PRIMARY KEY (run, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX orders_by_exchange_id ON orders (instrument, kind, exchange_order_id);
CREATE INDEX orders_alive ON orders (number) WHERE is_final = 0;
CREATE INDEX order_changes_by_order ON order_changes (order_number);
CREATE INDEX fills_by_time ON fills (exchange_time);
CREATE INDEX cycles_open ON position_cycles (opened_at) WHERE closed_at IS NULL;
CREATE INDEX cycles_by_closing ON position_cycles (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX equity_marks ON equity (occasion, number) WHERE occasion <> 'curve';
CREATE INDEX notes_by_cycle ON notes (cycle) WHERE cycle IS NOT NULL;
CREATE TABLE plans (
  id TEXT PRIMARY KEY CHECK (id <> ''),
  kind TEXT NOT NULL CHECK (kind <> ''),
  instrument TEXT,
  source TEXT NOT NULL CHECK (source <> ''),
  state TEXT NOT NULL
    CHECK (state = 'open' OR state = 'done' OR state = 'abandoned'),
  step TEXT NOT NULL,
  body BLOB NOT NULL,
  started_at INTEGER NOT NULL CHECK (started_at >= 0),
  at INTEGER NOT NULL CHECK (at >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO plans VALUES('a','scaleIn','BTC-USDT','keyboard','open','reducing',X'0100ff04',1774944000001,1774944000004);
CREATE INDEX open_plans ON plans (started_at, id) WHERE state = 'open';
CREATE TABLE alert_rules (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  text TEXT NOT NULL CHECK (text <> ''),
  configured INTEGER NOT NULL CHECK (configured = 0 OR configured = 1),
  phase TEXT NOT NULL CHECK (phase = 'new' OR phase = 'armed' OR phase = 'spent'
    OR phase = 'done' OR phase = 'expired' OR phase = 'removed'),
  fired_count INTEGER NOT NULL CHECK (fired_count >= 0),
  suppressed_count INTEGER NOT NULL CHECK (suppressed_count >= 0),
  fired_at INTEGER CHECK (fired_at >= 0),
  created_at INTEGER NOT NULL CHECK (created_at >= 0),
  at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
INSERT INTO alert_rules VALUES(7,'btc > 65000 once',0,'armed',1,2,1774944000005,1774944000003,1774944000006);
CREATE TABLE alerts (
  rule INTEGER NOT NULL CHECK (rule > 0),
  count INTEGER NOT NULL CHECK (count > 0),
  severity TEXT NOT NULL
    CHECK (severity = 'info' OR severity = 'warning' OR severity = 'critical'),
  text TEXT NOT NULL,
  instrument TEXT,
  at INTEGER NOT NULL CHECK (at >= 0),
  acknowledged_at INTEGER CHECK (acknowledged_at >= 0),
  acknowledged_by TEXT,
  PRIMARY KEY (rule, count),
  CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO alerts VALUES(7,1,'critical','mark of BTC-USDT is 65000.1','BTC-USDT',1774944000005,NULL,NULL);
CREATE INDEX active_alert_rules ON alert_rules (number)
WHERE phase = 'new' OR phase = 'armed' OR phase = 'spent' OR configured = 1;
CREATE INDEX newest_alerts ON alerts (at, rule, count);
CREATE INDEX waiting_alerts ON alerts (at)
WHERE severity = 'critical' AND acknowledged_at IS NULL;
CREATE INDEX newest_funding ON funding (settled_at);
CREATE INDEX strategy_commands ON commands (number) WHERE text GLOB 'strategy *';
COMMIT;

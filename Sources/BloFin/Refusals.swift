import Trading
import Transport

/// BloFin's error codes and what each asks of us.
///
/// Source: BloFin API documentation, "Errors", read at e3600b7; codes that only clients know are
/// marked. Codes come with HTTP status 200 unless noted.
nonisolated enum Refusals {
  /// One row of the table.
  struct Row: Sendable, Hashable {
    let code: Int
    let advice: Refusal.Advice
    let meaning: String

    init(_ code: Int, _ advice: Refusal.Advice, _ meaning: String) {
      self.code = code
      self.advice = advice
      self.meaning = meaning
    }
  }

  /// Returns the refusal of a code; the exchange's own words win over the table's.
  ///
  /// A code that is not in the table asks for a change of the request: it is never sent again as
  /// it is.
  static func refusal(code: String, message: String?) -> Refusal {
    let row = Int(code).flatMap { byCode[$0] }
    var words = row?.meaning ?? "no reason given"
    if let message, !message.isEmpty { words = PlainText.clean(message) }
    if let row, let hint = hints[row.code] { words += hint }
    return Refusal(
      code: PlainText.clean(code), message: words, advice: row?.advice ?? .fixRequest)
  }

  /// Says that a cancel came too late or named nothing: the exchange uses three codes for it.
  ///
  /// Source: 102068 in the table, 1000 and 500 in the documentation's examples of inner codes.
  static let nothingToCancel: Set<String> = ["102068", "1000", "500"]

  /// Says that the exchange failed inside: whether the request took effect is open.
  static let internalFailures: Set<String> = ["500", "103013"]

  /// Says that the nonce was seen before: a copy of the same request may have taken effect.
  static let nonceRepeated = "152407"

  /// Says that our clock is off by more than the exchange allows (60 s).
  static let clockOff: Set<String> = ["152405", "152410"]

  /// Says that there is no such call, or none that the key may make.
  static let noSuchCall: Set<String> = ["404", "152404"]

  /// Says that the whole batch failed, or a part of it: the rows tell why.
  static let seeRows: Set<String> = ["1", "2"]

  private static let byCode = Dictionary(uniqueKeysWithValues: table.map { ($0.code, $0) })

  /// What the exchange's words leave out.
  private static let hints: [Int: String] = [
    152401: " (is it a key of the other environment?)",
    152404: " (wrong path, or the key lacks the permission)",
  ]

  static let table: [Row] =
    [
      Row(1, .fixRequest, "all operations failed"),
      Row(2, .queryState, "some operations failed"),
      Row(400, .fixRequest, "bad request"),
      Row(401, .stopTrading, "invalid signature"),
      Row(404, .fixRequest, "not found"),
      Row(405, .fixRequest, "method not allowed"),
      Row(406, .fixRequest, "not acceptable"),
      Row(429, .waitAndRetry, "too many requests"),
      Row(500, .waitAndRetry, "internal server error"),
      Row(542, .fixRequest, "above the maximum order size"),
      Row(1000, .queryState, "the order is canceled already"),
      Row(80001, .fixRequest, "parameter error"),
      Row(80006, .stopTrading, "not an affiliate"),
      Row(102002, .queryState, "the client order id is in use"),
      Row(102005, .queryState, "the position is closed already"),
      Row(102014, .fixRequest, "limit order above the maximum size"),
      Row(102015, .fixRequest, "market order above the maximum size"),
      // Seen by third parties only.
      Row(102016, .fixRequest, "the price does not fit the tick size"),
      Row(102022, .queryState, "reduce-only, and there is no position"),
      Row(102037, .fixRequest, "take profit of a long must be above the last price"),
      Row(102038, .fixRequest, "stop loss of a long must be below the last price"),
      Row(102039, .fixRequest, "take profit of a short must be below the last price"),
      Row(102040, .fixRequest, "stop loss of a short must be above the last price"),
      Row(102047, .fixRequest, "stop loss of a short entry must be above the order price"),
      Row(102048, .fixRequest, "stop loss of a short entry must be above the best bid"),
      Row(102049, .fixRequest, "take profit of a short entry must be below the order price"),
      Row(102050, .fixRequest, "stop loss of a long entry must be below the best ask"),
      Row(102051, .fixRequest, "stop loss of a long entry must be below the order price"),
      Row(102052, .fixRequest, "take profit of a long entry must be above the order price"),
      Row(102053, .fixRequest, "take profit of a short entry must be below the best bid"),
      Row(102054, .fixRequest, "take profit of a long entry must be above the best ask"),
      Row(102055, .fixRequest, "stop loss of a long entry must be below the best ask"),
      Row(102064, .fixRequest, "buy price outside the price limit"),
      Row(102065, .fixRequest, "sell price outside the price limit"),
      Row(102067, .queryState, "not amended: filled, canceled or unknown"),
      Row(102068, .queryState, "not canceled: filled, triggered, canceled or unknown"),
      Row(102089, .queryState, "the order does not fit the account's position mode"),
      // Seen by third parties only.
      Row(102127, .fixRequest, "refused by the exchange's risk control"),
      // From ccxt's table, as are the others that the documentation lacks.
      Row(102148, .queryState, "the request id was used before"),
      Row(103003, .fixRequest, "not enough USDT margin"),
      Row(103013, .waitAndRetry, "internal error"),
      Row(110006, .fixRequest, "cancel the open cross orders before changing the leverage"),
      Row(110019, .fixRequest, "close positions and cancel orders before changing the mode"),
      Row(148082, .fixRequest, "callback ratio out of range"),
      Row(148083, .fixRequest, "callback spread out of range"),
      Row(150003, .queryState, "the transfer's client id is in use"),
      Row(150004, .fixRequest, "balance too small for the transfer"),
      Row(152001, .fixRequest, "a parameter is empty"),
      Row(152002, .fixRequest, "a parameter is wrong"),
      Row(152003, .fixRequest, "one of two parameters is needed"),
      Row(152004, .fixRequest, "the body is no valid JSON, or an array for an object"),
      Row(152005, .fixRequest, "a parameter is wrong or empty"),
      Row(152006, .fixRequest, "more than 20 orders in a batch"),
      Row(152007, .fixRequest, "a batch with more than one instrument or margin mode"),
      Row(152008, .fixRequest, "a batch of cancels with two kinds of ids"),
      Row(152009, .fixRequest, "an id has at most 32 letters, digits or underscores"),
      Row(152011, .stopTrading, "this key must not send a broker id"),
      Row(152012, .stopTrading, "this key must send its broker id"),
      Row(152013, .stopTrading, "the broker id is not the key's"),
      Row(152014, .fixRequest, "unknown instrument"),
      Row(152015, .fixRequest, "more than 20 instruments"),
      Row(152401, .stopTrading, "the key is unknown"),
      Row(152402, .stopTrading, "the key has expired"),
      Row(152404, .stopTrading, "operation not supported"),
      Row(152405, .waitAndRetry, "the time stamp is more than 60 s off"),
      Row(152406, .stopTrading, "this IP address is not on the key's list"),
      Row(152407, .queryState, "the nonce was used within 60 s"),
      Row(152408, .stopTrading, "wrong passphrase"),
      Row(152409, .stopTrading, "the signature is wrong"),
      Row(152410, .fixRequest, "the time stamp is not in milliseconds"),
      Row(152420, .fixRequest, "an order stands twice in the batch"),
      Row(152421, .queryState, "the request id exists"),
      Row(152422, .fixRequest, "exactly one callback field is needed"),
      Row(152423, .fixRequest, "the new size is below what has filled"),
      Row(152428, .fixRequest, "wrong trigger price type"),
      Row(152429, .fixRequest, "time to live exceeded"),
    ] + (152020...152032).map { Row($0, .fixRequest, "withdrawal or address error") }
}

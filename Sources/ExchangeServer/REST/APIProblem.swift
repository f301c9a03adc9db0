/// A "no" of the exchange: its code, its words and the HTTP status that carries it.
///
/// Business errors travel with status 200. Source: BloFin reference, REST codes.
struct APIProblem: Error, Hashable {
  /// The code in the envelope.
  let code: String
  /// The words in the envelope.
  let message: String
  /// The HTTP status.
  let status: Int

  /// States a refusal.
  init(code: String, message: String, status: Int = 200) {
    self.code = code
    self.message = message
    self.status = status
  }
}

extension APIProblem {
  /// A parameter that must be there is not (152001).
  static func missing(_ parameter: String) -> APIProblem {
    APIProblem(code: "152001", message: "Parameter \(parameter) cannot be empty")
  }

  /// A parameter has a value that makes no sense (152002).
  static func wrong(_ parameter: String) -> APIProblem {
    APIProblem(code: "152002", message: "Parameter \(parameter) error.")
  }

  /// Neither of two parameters is there (152003).
  static func oneRequired(_ first: String, _ second: String) -> APIProblem {
    APIProblem(code: "152003", message: "Either parameter \(first) or \(second) is required")
  }

  /// The body is not JSON, or an array where an object belongs, or the other way round (152004).
  static let malformedBody = APIProblem(
    code: "152004", message: "JSON syntax error, the parameter should be an array or an object")

  /// An instrument that does not exist (152014).
  static let unknownInstrument = APIProblem(
    code: "152014", message: "Instrument ID does not exist")

  /// No such path, or the key may not do it (152404).
  static let unsupported = APIProblem(
    code: "152404",
    message:
      "This operation is not supported, Please check the requestPath or API key permissions.")

  /// The exchange is down for maintenance.
  static let unavailable = APIProblem(code: "503", message: "Service Unavailable", status: 503)

  /// Too many requests, or streams.
  static let tooManyRequests = APIProblem(code: "429", message: "Too Many Requests", status: 429)

  /// Nothing to cancel (102068).
  static let nothingToCancel = APIProblem(
    code: "102068",
    message: "Cancel failed as the order has been filled, triggered, canceled or does not exist.")
}

// Source: BloFin reference, REST codes 152401 to 152410.
extension APIProblem {
  /// The key is unknown here.
  static let unknownKey = APIProblem(code: "152401", message: "Access key does not exist")

  /// The key has ended.
  static let expiredKey = APIProblem(code: "152402", message: "Access key has expired")

  /// The time stamp is more than a minute off.
  static let staleTimestamp = APIProblem(
    code: "152405",
    message: "Timestamp in header or signature has expired, need to be within 60s")

  /// The address is not one of the key's.
  static let unboundAddress = APIProblem(
    code: "152406", message: "Your IP is not included in your API key's IP whitelist")

  /// The nonce was used a moment ago.
  static let repeatedNonce = APIProblem(
    code: "152407", message: "Repeated nonce, Reusing within 60 seconds is not allowed.")

  /// The passphrase is not the key's.
  static let wrongPassphrase = APIProblem(code: "152408", message: "Passphrase error")

  /// The signature does not fit what was sent.
  static let wrongSignature = APIProblem(
    code: "152409", message: "Signature verification failed")

  /// The time stamp is not in milliseconds.
  static let malformedTimestamp = APIProblem(
    code: "152410", message: "The value of ACCESS-TIMESTAMP needs to be a millisecond timestamp")
}

import JSONText

/// The outside of every REST answer: a code, words, and the rows inside.
///
/// Tolerant where the exchange is: the code is a text or a number, `data` an object, an array of
/// them, or missing. Source: BloFin API documentation and recorded answers.
nonisolated struct Envelope: Sendable {
  /// `0` (or `200` on some endpoints) is success.
  let code: String
  /// The exchange's words, as they came.
  let message: String?
  private let body: [UInt8]
  private let data: Range<Int>?

  /// Reads the outside of an answer; throws when it is not one, such as a page of HTML.
  init(_ body: [UInt8]) throws(JSONProblem) {
    var code: String?
    var message: String?
    var data: Range<Int>?
    try JSONScanner.read(body) { (json) throws(JSONProblem) in
      try json.beginObject()
      while let key = try json.nextKey() {
        switch key {
        case "code": code = try json.textIfAny()
        case "msg": message = try json.textIfAny()
        case "data": data = try json.takeNull() ? nil : try json.skip()
        default: try json.skip()
        }
      }
      try json.finish()
    }
    guard let code else { throw JSONProblem(.missing("code"), offset: body.count, field: nil) }
    self.code = code
    self.message = message
    self.body = body
    self.data = data
  }

  /// Whether the outside says success; the rows of an acknowledgement can still say no.
  var isSuccess: Bool { code == "0" || code == "200" }

  /// Reads each row: the elements of an array, or the one object. Missing data has no rows.
  func rows<Row>(
    _ read: (inout JSONScanner) throws(JSONProblem) -> Row
  ) throws(JSONProblem) -> [Row] {
    guard let data else { return [] }
    return try body[data].withUnsafeBufferPointer { (bytes) throws(JSONProblem) in
      var json = JSONScanner(UnsafeRawBufferPointer(bytes))
      guard try json.peek() == .array else { return [try read(&json)] }
      var rows: [Row] = []
      try json.beginArray()
      while try json.nextElement() { rows.append(try read(&json)) }
      return rows
    }
  }

  /// Reads each row on its own and hands back the rows that are good and what is wrong with others.
  func goodRows<Row>(
    _ read: (inout JSONScanner) throws(JSONProblem) -> Row?
  ) throws(JSONProblem) -> (rows: [Row], problems: [JSONProblem]) {
    var good: [Row] = []
    var problems: [JSONProblem] = []
    _ = try rows { (json) throws(JSONProblem) in
      var row = JSONScanner(try json.raw())
      do throws(JSONProblem) {
        if let value = try read(&row) { good.append(value) }
      } catch {
        problems.append(error)
      }
    }
    return (good, problems)
  }
}

/// What one row of an answer to a placing or canceling call says.
nonisolated struct Acknowledgement: Hashable, Sendable {
  /// The id of the order, protection or trigger; nil where none was made.
  let id: String?
  /// Our id, nil where it is not repeated.
  let clientID: String?
  /// The row's own code; nil and `0` are success.
  let code: String?
  /// The row's own words.
  let message: String?

  /// Reads a row. A refused row has an id of `0` or none.
  init(_ json: inout JSONScanner) throws(JSONProblem) {
    var id: String?
    var clientID: String?
    var code: String?
    var message: String?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "orderId", "tpslId", "algoId": id = try json.textIfAny()
      case "clientOrderId": clientID = try json.textIfAny()
      case "code": code = try json.textIfAny()
      case "msg": message = try json.textIfAny()
      default: try json.skip()
      }
    }
    self.id = id == "0" ? nil : id
    self.clientID = clientID
    self.code = code
    self.message = message
  }

  /// Whether the row says success.
  var isSuccess: Bool { code == nil || code == "0" }
}

nonisolated extension Envelope {
  /// Whether a body is an answer of the exchange itself and not, say, a firewall's page.
  static func isReadable(_ body: [UInt8]) -> Bool {
    do throws(JSONProblem) {
      _ = try Envelope(body)
      return true
    } catch {
      return false
    }
  }
}

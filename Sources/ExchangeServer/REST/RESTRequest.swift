import NIOCore
import NIOHTTP1

/// One REST request as it came in, with the exact text that was signed.
struct RESTRequest {
  /// The method, upper case.
  let method: HTTPMethod
  /// The path with its query, byte for byte as received.
  let target: String
  /// The path without the query.
  let path: String
  /// The names and values of the query, decoded, in order.
  let query: [(name: String, value: String)]
  /// The headers, names compared without case.
  let headers: HTTPHeaders
  /// The body, empty for GET.
  let body: [UInt8]
  /// The address it came from, without the port.
  let peer: String

  /// Takes a request apart; nil when the query is not well encoded.
  init?(head: HTTPRequestHead, body: [UInt8], peer: String) {
    method = head.method
    target = head.uri
    let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts[0])
    guard let query = Self.decodedQuery(parts.count == 2 ? parts[1] : "") else { return nil }
    self.query = query
    headers = head.headers
    self.body = body
    self.peer = peer
  }

  private static func decodedQuery(_ text: Substring) -> [(name: String, value: String)]? {
    var items: [(name: String, value: String)] = []
    for pair in text.split(separator: "&") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = percentDecoded(halves[0]),
        let value = percentDecoded(halves.count == 2 ? halves[1] : "")
      else { return nil }
      items.append((name, value))
    }
    return items
  }

  /// Decodes `%2C` and `+`; nil for a broken escape or bytes that are not UTF-8.
  static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit)
        else { return nil }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

/// What goes back for a request.
struct RESTReply {
  /// The HTTP status.
  var status: HTTPResponseStatus
  /// The content type.
  var contentType: String
  /// The bytes after the headers; empty for none.
  var body: [UInt8]
  /// Headers beside those that every reply has.
  var extraHeaders: [(name: String, value: String)] = []

  /// An envelope around data that is already encoded.
  init(code: String = "0", message: String, data: [UInt8]) {
    var writer = RowWriter(capacity: data.count + 64)
    writer.object { writer in
      writer.member("code", code)
      writer.member("msg", message)
      writer.name("data")
      writer.raw(data)
    }
    self.init(status: .ok, json: writer.bytes)
  }

  /// An envelope around a refusal. `data` is missing, as in the recorded ones.
  init(_ problem: APIProblem) {
    var writer = RowWriter(capacity: 128)
    writer.object { writer in
      writer.member("code", problem.code)
      writer.member("msg", problem.message)
    }
    self.init(status: HTTPResponseStatus(statusCode: problem.status), json: writer.bytes)
  }

  /// JSON with a status.
  init(status: HTTPResponseStatus, json: [UInt8]) {
    self.status = status
    contentType = "application/json"
    body = json
  }
}

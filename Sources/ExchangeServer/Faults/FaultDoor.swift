import NIOHTTP1
import Simulation
import Trading
import Units

/// The door for faults: `POST /__sim/fault` adds a rule, `POST /__sim/act` does something at once,
/// `POST /__sim/reset` takes every fault back, `GET /__sim/calls` shows what was called.
///
/// Open only when the configuration says so, and only on loopback like everything here. It needs no
/// key: whoever can reach it owns the simulated exchange.
enum FaultDoor {
  /// What the paths of the door begin with.
  static let prefix = "/__sim/"

  /// Serves a call of the door.
  static func reply(to request: RESTRequest, of exchange: ServedExchange) -> RESTReply {
    do throws(APIProblem) {
      guard isLocal(request) else {
        throw APIProblem(code: "403", message: "Forbidden", status: 403)
      }
      let name = String(request.path.dropFirst(prefix.count))
      switch (request.method, name) {
      case (.POST, "fault"):
        try exchange.faults.add(FaultRule(try parameters(of: request)))
      case (.POST, "act"):
        try FaultAct(try parameters(of: request)).perform(on: exchange)
      case (.POST, "reset"):
        exchange.faults.clear()
      case (.GET, "calls"):
        return RESTReply(message: "success", data: exchange.calls.encoded)
      case _: throw .unsupported
      }
      return RESTReply(message: "success", data: Array("{}".utf8))
    } catch {
      return RESTReply(error)
    }
  }

  /// Whether a request can come from a program of this machine: a page in a browser names its
  /// origin, and another host when its name was bound to loopback.
  private static func isLocal(_ request: RESTRequest) -> Bool {
    request.headers["Origin"].isEmpty
      && request.headers["Host"].allSatisfy { host in
        ["127.0.0.1", "localhost"].contains(String(host.prefix { $0 != ":" }))
      }
  }

  private static func parameters(of request: RESTRequest) throws(APIProblem) -> Parameters {
    guard case .object(let members) = try ServedExchange.body(of: request) else {
      throw .malformedBody
    }
    return Parameters(members)
  }
}

/// The calls of late, so that a test can prove what reached the exchange and how fast.
struct CallLog {
  /// How many calls are kept.
  static let capacity = 10_000

  /// One call.
  struct Entry {
    let time: Timestamp
    let method: String
    let path: String
    /// The code that was answered; nil when a fault hung up.
    let code: String?
  }

  private var entries: [Entry] = []
  private var next = 0

  /// Adds a call; the oldest goes when there is no room.
  mutating func add(_ entry: Entry) {
    if entries.count < Self.capacity {
      entries.append(entry)
    } else {
      entries[next] = entry
      next = (next + 1) % Self.capacity
    }
  }

  /// The calls as JSON, oldest first.
  var encoded: [UInt8] {
    var writer = RowWriter(capacity: 128 * entries.count + 16)
    writer.array(of: entries[next...] + entries[..<next]) { writer, entry in
      writer.object { writer in
        writer.member("ts", entry.time)
        writer.member("method", entry.method)
        writer.member("path", entry.path)
        writer.member("code", entry.code, else: .null)
      }
    }
    return writer.bytes
  }
}

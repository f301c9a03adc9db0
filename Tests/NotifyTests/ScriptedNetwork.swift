import EventLoop
import Transport

/// A network whose answers are written beforehand, in the order of the requests.
@MainActor final class ScriptedNetwork: HTTPClient {
  enum Answer {
    case status(Int, String, [HTTPHeader])
    case failure(TransportError)
    /// None ever.
    case silence

    static func status(_ number: Int, _ body: String = "") -> Answer { .status(number, body, []) }
  }

  private(set) var requests: [HTTPRequest] = []
  private var answers: [Answer]
  private let loop: any Loop

  init(_ answers: [Answer], loop: any Loop) {
    self.answers = answers
    self.loop = loop
  }

  /// The bodies of all requests.
  var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }

  func send(
    _ request: HTTPRequest,
    _ done: @escaping @MainActor (Result<HTTPResponse, TransportError>) -> Void
  ) -> HTTPTicket {
    requests.append(request)
    let answer = answers.isEmpty ? .status(200, "{\"ok\":true}", []) : answers.removeFirst()
    switch answer {
    case .status(let status, let body, let headers):
      loop.post {
        done(.success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8))))
      }
    case .failure(let error): loop.post { done(.failure(error)) }
    case .silence:
      // The deadline of the request is all that ends it.
      loop.schedule(after: request.deadline) {
        done(
          .failure(
            .deadlinePassed(host: "x", milliseconds: request.deadline, reach: .maybeSent)))
      }
    }
    return HTTPTicket(number: UInt64(requests.count))
  }

  func cancel(_ ticket: HTTPTicket) {}
}

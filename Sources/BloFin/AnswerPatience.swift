import Transport

/// How long an answer is waited for: as long as the network of the moment needs (fault case H13).
///
/// A value. Where answers take seconds, a fixed time would leave the fate of sound orders unknown,
/// and no connection would ever be made, which costs three ways there and back. Source: RFC 6298,
/// section 2: the mean and four mean deviations; doubled after an answer that did not come.
nonisolated struct AnswerPatience: Hashable, Sendable {
  /// How long the next answer is waited for, in milliseconds.
  private(set) var milliseconds: Int64
  private let shortest: Int64
  private let longest: Int64
  private var mean: Int64?
  private var deviation: Int64 = 0

  /// The most milliseconds: beyond, what hangs is given up whatever the network.
  static let longestUsual: Int64 = 10_000

  /// Begins with the shortest time, in milliseconds.
  init(shortest: Int64) {
    precondition(shortest > 0, "an answer takes time")
    self.shortest = shortest
    longest = max(shortest, Self.longestUsual)
    milliseconds = shortest
  }

  /// Learns from what came of a request.
  mutating func take(_ result: Result<HTTPResponse, TransportError>) {
    switch result {
    case .success(let response): answered(after: response.duration / 1_000)
    case .failure(.deadlinePassed), .failure(.connectTimedOut):
      milliseconds = min(milliseconds * 2, longest)
    case .failure: break
    }
  }

  private mutating func answered(after time: Int64) {
    let usual: Int64
    if let mean {
      deviation += (abs(mean - time) - deviation) / 4
      usual = mean + (time - mean) / 8
    } else {
      deviation = time / 2
      usual = time
    }
    mean = usual
    milliseconds = max(shortest, min(usual + 4 * deviation, longest))
  }
}

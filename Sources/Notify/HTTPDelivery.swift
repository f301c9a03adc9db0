import JSONText
import Transport
import Units

/// What an answer over HTTP means for a message.
nonisolated enum HTTPDelivery {
  /// How long a whole exchange may take, in milliseconds.
  static let deadline: Int64 = 15_000
  /// The largest answer that is read, in bytes.
  static let answerLimit = 64 << 10
  /// The longest wait that another side may ask for.
  static let longestWait = TimeSpan.hours(1)

  /// Reads a failure of the transport: nobody knows whether the message arrived only where bytes
  /// may have left.
  static func of(_ error: TransportError) -> Delivery {
    .retry(after: nil, reason: "\(error)")
  }

  /// Reads an answer by its status. `wait` is what the body asks for. That a token or an address is
  /// wrong for good only the channel can tell, by the words of the service itself.
  static func of(_ response: HTTPResponse, wait: TimeSpan?, reason: String?) -> Delivery {
    let said = reason.map { ": \(PlainText.clean($0))" } ?? ""
    switch response.status {
    case 200..<300: return .delivered
    case 429:
      return .retry(after: wait ?? headerWait(response) ?? .seconds(5), reason: "told to wait")
    case 408, 500...:
      return .retry(after: wait ?? headerWait(response), reason: "status \(response.status)\(said)")
    // Also 401, 403 and 404: what stands in between, or a receiver that is being renewed, says so.
    default: return .refused(reason: "status \(response.status)\(said)")
    }
  }

  /// The seconds of `Retry-After`; nil without a plausible one.
  static func headerWait(_ response: HTTPResponse) -> TimeSpan? {
    response.header("retry-after").flatMap(span)
  }

  /// Reads seconds, with decimals or without, rounded up to a millisecond and bounded.
  static func span(_ text: String) -> TimeSpan? {
    do throws(NumberProblem) {
      let seconds = try Fixed(text)
      return seconds.isNegative ? nil : span(seconds)
    } catch {
      // The date form of the header, or garbage: the usual wait does.
      return nil
    }
  }

  /// Bounds a wish for a wait.
  static func span(_ seconds: Fixed) -> TimeSpan {
    guard seconds < 1_000_000 else { return longestWait }
    let milliseconds = seconds.times(1_000).rounded(to: 1, .up).raw / Int128(Fixed.unit)
    return min(.milliseconds(Int64(milliseconds)), longestWait)
  }
}

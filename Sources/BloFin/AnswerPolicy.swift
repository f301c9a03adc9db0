import Exchanges
import JSONText
import Trading
import Transport
import Units

/// What an answer, or its absence, proves. The most careful table of this adapter.
///
/// `refused` only on the exchange's own word. A time-out, a lost link, 5xx, 429 and whatever cannot
/// be read prove nothing once a request has left: `unknown`. (Fault cases O01 to O07.)
nonisolated enum AnswerPolicy {
  /// What is proven about a call.
  enum Verdict: Sendable {
    /// The exchange says success on the outside.
    case success(Envelope)
    /// The exchange says no.
    case refused(Refusal)
    /// Nothing is proven.
    case unknown(String)
    /// Nothing has left.
    case notSent(String)
  }

  /// Judges what came back from one call.
  static func judge(_ result: Result<HTTPResponse, TransportError>, isWrite: Bool) -> Verdict {
    let response: HTTPResponse
    switch result {
    case .failure(let error):
      switch error.reach {
      case .notSent: return .notSent("\(error)")
      case .maybeSent: return .unknown("\(error)")
      }
    case .success(let received): response = received
    }
    if response.status >= 500 {
      return .unknown("BloFin answered with HTTP status \(response.status).")
    }
    if response.status == 429 {
      return .unknown("BloFin says that there were too many requests (HTTP status 429).")
    }
    let envelope: Envelope
    do {
      envelope = try Envelope(response.body)
    } catch {
      return .unknown(unreadable(response, error))
    }
    if envelope.isSuccess {
      guard response.status < 300 else {
        return .unknown(
          "BloFin says success with HTTP status \(response.status), which contradicts itself.")
      }
      return .success(envelope)
    }
    return judge(envelope, isWrite: isWrite)
  }

  /// Judges an answer that is readable and does not say success on the outside.
  private static func judge(_ envelope: Envelope, isWrite: Bool) -> Verdict {
    var code = envelope.code
    var message = envelope.message
    if Refusals.seeRows.contains(code) {
      let rows: [Acknowledgement]
      do {
        rows = try envelope.rows { (json) throws(JSONProblem) in try Acknowledgement(&json) }
      } catch {
        return .unknown("BloFin's refusal cannot be read: \(error).")
      }
      guard let refused = rows.first(where: { !$0.isSuccess }), let inner = refused.code else {
        // The outside says that something failed and no row tells what.
        return .unknown(
          "BloFin says \(PlainText.clean(message ?? code)) without saying what failed.")
      }
      code = inner
      message = refused.message ?? message
    }
    return verdict(code: code, message: message, isWrite: isWrite)
  }

  /// Judges a code that is not success.
  static func verdict(code: String, message: String?, isWrite: Bool) -> Verdict {
    let refusal = Refusals.refusal(code: code, message: message)
    let isOpen =
      Refusals.internalFailures.contains(code) || code == Refusals.nonceRepeated || code == "429"
    if isWrite, isOpen {
      return .unknown("BloFin says \(refusal.message) (code \(refusal.code)).")
    }
    return .refused(refusal)
  }

  /// Says what is wrong with an answer that is not BloFin's JSON.
  private static func unreadable(_ response: HTTPResponse, _ problem: JSONProblem) -> String {
    if response.status == 403 || response.status == 418 {
      return "The firewall before BloFin refuses this address (HTTP status \(response.status)): "
        + "the region, or too many requests."
    }
    if response.body.isEmpty {
      return "BloFin's answer is empty (HTTP status \(response.status))."
    }
    return "BloFin's answer cannot be read (HTTP status \(response.status)): \(problem)."
  }
}

nonisolated extension AnswerPolicy {
  /// Returns the outcome of a call that places something.
  ///
  /// `clientID` is ours; an answer that repeats another one is not an answer to this call.
  static func placed(_ verdict: Verdict, clientID: ClientOrderID?) -> Outcome {
    switch acknowledged(verdict) {
    case .success(let row):
      if let theirs = row.clientID, let clientID, theirs != clientID.text {
        return .unknown("BloFin's answer names another order than the one that was sent.")
      }
      guard let id = row.id else {
        return .unknown("BloFin's answer says success and names no order.")
      }
      guard let name = ExchangeOrderID(id) else {
        return .unknown("BloFin's answer names an order by an id of more than 32 bytes.")
      }
      return .confirmed(.order(name))
    case .failure(let other): return other.outcome
    }
  }

  /// Returns the outcome of a call that cancels something.
  ///
  /// "Filled, canceled or does not exist" is three things in one: the caller must ask (O12).
  static func canceled(_ verdict: Verdict) -> Outcome {
    switch acknowledged(verdict, isCancel: true) {
    case .success: .confirmed(.cancel)
    case .failure(let other): other.outcome
    }
  }

  /// Returns the outcome of a call that names no order in its answer.
  static func done(_ verdict: Verdict, _ confirmation: Confirmation) -> Outcome {
    switch verdict {
    case .success: .confirmed(confirmation)
    case .refused(let refusal): .refused(refusal)
    case .unknown(let reason): .unknown(reason)
    case .notSent(let reason): .notSent(reason)
    }
  }

  /// An outcome that is no success.
  private struct Other: Error {
    let outcome: Outcome
  }

  /// Looks into the one row of an acknowledgement: its own code counts as well as the outer one.
  private static func acknowledged(
    _ verdict: Verdict, isCancel: Bool = false
  ) -> Result<Acknowledgement, Other> {
    let envelope: Envelope
    switch verdict {
    case .success(let answer): envelope = answer
    case .refused(let refusal):
      return .failure(Other(outcome: .refused(isCancel ? tooLate(refusal) : refusal)))
    case .unknown(let reason): return .failure(Other(outcome: .unknown(reason)))
    case .notSent(let reason): return .failure(Other(outcome: .notSent(reason)))
    }
    let rows: [Acknowledgement]
    do {
      rows = try envelope.rows { (json) throws(JSONProblem) in try Acknowledgement(&json) }
    } catch {
      return .failure(Other(outcome: .unknown("BloFin's answer cannot be read: \(error).")))
    }
    guard let row = rows.first, rows.count == 1 else {
      return .failure(
        Other(outcome: .unknown("BloFin's answer has \(rows.count) rows instead of one.")))
    }
    guard !row.isSuccess, let code = row.code else { return .success(row) }
    if isCancel, Refusals.nothingToCancel.contains(code) {
      return .failure(
        Other(outcome: .refused(tooLate(Refusals.refusal(code: code, message: row.message)))))
    }
    switch self.verdict(code: code, message: row.message, isWrite: true) {
    case .refused(let refusal): return .failure(Other(outcome: .refused(refusal)))
    case .unknown(let reason): return .failure(Other(outcome: .unknown(reason)))
    case .success, .notSent: preconditionFailure("a code that is not success is no success")
    }
  }

  /// Gives the three codes of "nothing to cancel" the same advice.
  private static func tooLate(_ refusal: Refusal) -> Refusal {
    guard Refusals.nothingToCancel.contains(refusal.code) else { return refusal }
    return Refusal(code: refusal.code, message: refusal.message, advice: .queryState)
  }
}

/// What an answer asks of the pace of all requests.
nonisolated struct Penalty: Hashable, Sendable {
  /// How long nothing but what takes risk off may leave.
  let span: TimeSpan
  /// How far apart those must be.
  let spacing: TimeSpan
  /// Whether the firewall refuses this address.
  let isBan: Bool
  /// What is held back, nil for everything.
  let scope: QuotaScope?

  /// How long "too many requests" holds a public call back when the answer does not say.
  private static let usual = TimeSpan.seconds(30)
  /// How long it holds a signed one back: the window of the user's limit with its margin. Source:
  /// BloFin API documentation, Rate Limits: 30 trading requests in 10 s per user.
  private static let userWindow = TimeSpan.milliseconds(10_500)
  /// How long a firewall's ban lasts: five minutes. Source: BloFin API documentation, Rate Limits.
  private static let ban = TimeSpan.minutes(5)
  /// The longest that an answer can hold us back: the exchange's own longest suspension.
  private static let longest = TimeSpan.hours(1)

  /// Returns what an answer to a signed or public call asks for, nil for an ordinary one. (Fault
  /// cases H05 and H06.)
  init?(_ response: HTTPResponse, isSigned: Bool) {
    let sentAt = response.header("Date").flatMap { HTTPDate.timestamp($0) }
    let wish = response.header("Retry-After").flatMap { RetryAfter.span($0, sentAt: sentAt) }
    switch response.status {
    case 429 where wish == nil && isSigned:
      self.init(span: Self.userWindow, spacing: .seconds(1), isBan: false, scope: .user)
    case 429:
      self.init(span: wish ?? Self.usual, spacing: .seconds(1), isBan: false)
    case 403, 418:
      // BloFin's own 403 is JSON and is about the request, not about the address.
      guard !Envelope.isReadable(response.body) else { return nil }
      self.init(span: wish ?? Self.ban, spacing: .seconds(10), isBan: true)
    default: return nil
    }
  }

  private init(span: TimeSpan, spacing: TimeSpan, isBan: Bool, scope: QuotaScope? = nil) {
    self.scope = scope
    self.span = min(max(span, .seconds(1)), Self.longest)
    self.spacing = spacing
    self.isBan = isBan
  }
}

import NIOHTTP1
import Trading
import Units

/// What a fault does to the answer of a REST call.
enum CallFault: Hashable {
  /// Hangs up; nothing was done.
  case dropBefore
  /// Does it, then hangs up.
  case applyThenDrop
  /// Does it, and answers so much later.
  case delay(TimeSpan)
  /// Answers with another status and body; `applies` tells whether it was done all the same.
  case status(Int, body: String, retryAfter: String?, applies: Bool)
  /// Does it, and sends only so many bytes of the answer.
  case truncate(Int)
  /// Does it, and answers with something else in place of JSON.
  case garbage(String)
  /// Refuses it with a code of the exchange; nothing was done. `outer` is the code in the envelope
  /// of a refused order.
  case reject(code: String, text: String, outer: String)
  /// Does it, and answers with one text in the answer replaced by another.
  case replace(String, with: String)
  /// Fills the order that the call cancels, just before it is canceled.
  case fillDuringCancel
  /// Does it, and fills so many percent of each order that it left resting before it answers.
  case partial(percent: Int)
}

/// What a fault does to a push.
enum PushFault: Hashable {
  /// Sends it twice.
  case duplicate
  /// Sends it after the next one.
  case reorder
  /// Does not send it.
  case gap
  /// Sends something else in place of JSON.
  case garbage(String)
  /// Sends it with one text replaced by another.
  case replace(String, with: String)
  /// Closes the stream instead.
  case close(Int)
}

/// Which calls or pushes a fault meets, and how often.
struct FaultRule {
  /// What it is about.
  enum Kind {
    /// Calls of a method (nil: any) to a path that ends like this (nil: any).
    case call(method: String?, path: String?, CallFault)
    /// Pushes on a channel (nil: any).
    case push(channel: String?, instrument: String?, PushFault)
  }

  let kind: Kind
  /// How many matches pass unharmed first.
  var skipped: Int
  /// How many matches are still met; nil: all.
  var remaining: Int?
  /// The chance of a match to be met, in percent.
  let percent: Int

  /// Counts a match and returns whether it is met.
  mutating func meets(_ random: inout SeededRandom) -> Bool {
    if skipped > 0 {
      skipped -= 1
      return false
    }
    if let remaining {
      guard remaining > 0 else { return false }
      guard percent >= 100 || random.below(100) < percent else { return false }
      self.remaining = remaining - 1
      return true
    }
    return percent >= 100 || random.below(100) < percent
  }
}

/// The faults in force. Rules are tried in the order in which they were given; one meets.
struct FaultPlan {
  /// The most rules at one time.
  static let mostRules = 1_000

  private var rules: [FaultRule] = []
  private var random: SeededRandom
  /// Until when everything is answered with 503 and no stream opens.
  var maintenanceEnd: Timestamp?
  /// How far the server's clock is off on purpose.
  var skew = TimeSpan.zero

  /// Starts without faults.
  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  /// Whether nothing is in force.
  var isEmpty: Bool { rules.isEmpty && maintenanceEnd == nil }

  /// Adds a rule; throws when there are too many.
  mutating func add(_ rule: FaultRule) throws(APIProblem) {
    // What meets nothing any more makes room.
    rules.removeAll { $0.remaining == 0 }
    guard rules.count < Self.mostRules else {
      throw APIProblem(code: "400", message: "There are too many faults")
    }
    rules.append(rule)
  }

  /// Returns a span from zero up to, not including, another; zero for zero.
  mutating func chance(below span: TimeSpan) -> TimeSpan {
    guard span > .zero else { return .zero }
    return .milliseconds(Int64(random.below(Int(span.milliseconds))))
  }

  /// Takes every fault back.
  mutating func clear() {
    rules.removeAll()
    maintenanceEnd = nil
    skew = .zero
  }

  /// Returns the fault that a call meets.
  mutating func fault(of request: RESTRequest) -> CallFault? {
    for place in rules.indices {
      guard case .call(let method, let path, let fault) = rules[place].kind,
        method == nil || method == request.method.rawValue,
        path.map({ request.path.hasSuffix("/" + $0) }) ?? true
      else { continue }
      if rules[place].meets(&random) { return fault }
    }
    return nil
  }

  /// Returns the fault that a push meets.
  mutating func fault(of topic: StreamTopic) -> PushFault? {
    for place in rules.indices {
      guard case .push(let channel, let instrument, let fault) = rules[place].kind,
        channel == nil || channel == topic.channel,
        instrument == nil || instrument == topic.instrument?.text
      else { continue }
      if rules[place].meets(&random) { return fault }
    }
    return nil
  }
}

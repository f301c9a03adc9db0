import Engine
import Exchanges
import Trading
import Units

/// What waits for its moment in a backtest, in the order in which a loop runs its actions: by the
/// time at which it is due, then by the number that it got when it was asked for.
struct DueWork: Sendable {
  /// One thing to do.
  enum Work: Sendable {
    /// A timer of the engine rings.
    case timer(TimerID)
    /// The journal has an intent: its request leaves.
    indirect case intent(ExchangeRequest, RequestID, ClientOrderID)
    /// A request reaches the exchange.
    indirect case arrival(ExchangeRequest, RequestID)
    /// A request never left, for a cancel overtook it.
    case overtaken(RequestID, byCancel: RequestID)
    /// So many of ``events`` reach the engine.
    case delivery(Int)
  }

  /// What it does and when.
  struct Entry: Sendable {
    let due: Int64
    let number: UInt64
    let work: Work
  }

  /// When the earliest is due, in milliseconds since 1970; the largest number when nothing waits.
  private(set) var nextDue = Int64.max
  /// What the exchange has said and the engine has not heard yet, oldest first.
  var events: [Event] = []
  private var eventPlace = 0
  private var later: [Entry] = []
  private var posted: [Entry] = []
  private var postedPlace = 0
  private var count: UInt64 = 0

  /// Gives out the next number, for something that is no entry and takes its turn among them.
  @inline(__always)
  mutating func takeNumber() -> UInt64 {
    count &+= 1
    return count
  }

  /// Adds what is to be done after everything that waits for now.
  mutating func post(_ work: Work, at now: Timestamp) {
    posted.append(Entry(due: now.milliseconds, number: takeNumber(), work: work))
    nextDue = min(nextDue, now.milliseconds)
  }

  /// Adds what is to be done at a moment, at once if that has passed.
  mutating func schedule(_ work: Work, at moment: Timestamp, now: Timestamp) {
    let due = max(moment, now).milliseconds
    later.append(Entry(due: due, number: takeNumber(), work: work))
    nextDue = min(nextDue, due)
  }

  /// Forgets a timer.
  mutating func remove(_ timer: TimerID) {
    guard let place = later.firstIndex(where: { $0.isTimer(timer) }) else { return }
    later.remove(at: place)
    refresh()
  }

  /// Takes out the earliest entry if it comes before one of this time and number.
  mutating func next(before due: Int64, _ number: UInt64) -> Entry? {
    guard nextDue <= due else { return nil }
    var place = -1
    var best = (due: due, number: number)
    if postedPlace < posted.count, posted[postedPlace].comes(before: best.due, best.number) {
      best = (posted[postedPlace].due, posted[postedPlace].number)
      place = later.count
    }
    for at in later.indices where later[at].comes(before: best.due, best.number) {
      best = (later[at].due, later[at].number)
      place = at
    }
    guard place >= 0 else { return nil }
    defer { refresh() }
    if place < later.count { return later.remove(at: place) }
    let entry = posted[postedPlace]
    postedPlace += 1
    if postedPlace == posted.count {
      posted.removeAll(keepingCapacity: true)
      postedPlace = 0
    }
    return entry
  }

  /// The requests that are on their way to the exchange, in the order in which they left.
  var arrivals: [(request: ExchangeRequest, id: RequestID)] {
    later.sorted { $0.number < $1.number }.compactMap { entry in
      if case .arrival(let request, let id) = entry.work { (request, id) } else { nil }
    }
  }

  /// Takes out the oldest event.
  mutating func nextEvent() -> Event {
    // Moved out: what it carries is not counted up and down.
    var event = Event.journalRecovered
    swap(&event, &events[eventPlace])
    eventPlace += 1
    if eventPlace == events.count {
      events.removeAll(keepingCapacity: true)
      eventPlace = 0
    }
    return event
  }

  private mutating func refresh() {
    nextDue = .max
    for place in later.indices { nextDue = min(nextDue, later[place].due) }
    if postedPlace < posted.count { nextDue = min(nextDue, posted[postedPlace].due) }
  }
}

extension DueWork.Entry {
  fileprivate func comes(before other: Int64, _ otherNumber: UInt64) -> Bool {
    due < other || due == other && number < otherNumber
  }

  fileprivate func isTimer(_ name: TimerID) -> Bool {
    if case .timer(let own) = work { own == name } else { false }
  }
}

import Exchanges
import JSONText
import Trading
import Units

/// A read that came to nothing, as the outcome of the request that it was for.
nonisolated struct Unproven: Error, Sendable {
  let outcome: Outcome

  /// Takes a verdict that is no success.
  init(_ verdict: AnswerPolicy.Verdict) {
    switch verdict {
    case .success: outcome = .unknown("BloFin's answer was not used.")
    case .refused(let refusal): outcome = .refused(refusal)
    case .unknown(let reason): outcome = .unknown(reason)
    case .notSent(let reason): outcome = .notSent(reason)
    }
  }

  /// Takes an answer that cannot be used.
  init(_ endpoint: Endpoint, _ problem: JSONProblem) {
    outcome = .unknown("BloFin's answer to \(endpoint.path) cannot be used: \(problem).")
  }

  /// States why.
  init(_ reason: String) {
    outcome = .unknown(reason)
  }

  /// Why, as a sentence.
  var reason: String {
    switch outcome {
    case .refused(let refusal): refusal.message
    case .unknown(let reason), .notSent(let reason): reason
    case .confirmed: "BloFin's answer was not used."
    }
  }
}

/// A list that comes in pages, newest rows first, each page naming where the next one begins.
nonisolated struct PagedList<Row: Sendable> {
  /// Which list.
  let endpoint: Endpoint
  /// What is asked beside the page.
  let query: [QueryItem]
  /// The field whose value in a page's last row begins the next page.
  let idField: StaticString
  /// Whether pages begin at a moment and not at an id: then it is that of the field `ts`.
  var isPagedByTime = false
  /// The most pages that are read: beyond, the list is taken to be endless.
  var pageLimit = 50
  /// Reads a row; nil for one that is not ours.
  let read: (inout JSONScanner) throws(JSONProblem) -> Row?

  /// Reads one page; `next` is where the next one begins, nil at the end of the list.
  func page(_ envelope: Envelope) throws(JSONProblem) -> (
    rows: [(id: String, row: Row?)], next: String?, isLast: Bool
  ) {
    var next: String?
    let rows = try envelope.rows { (json) throws(JSONProblem) in
      let raw = try json.raw()
      let id = try Self.id(raw, idField)
      next = try isPagedByTime ? Self.momentAfter(raw) : id
      var row = JSONScanner(raw)
      return (id: id, row: try read(&row))
    }
    return (rows, next, rows.count < Endpoint.pageLimit)
  }

  /// The moment before which the next page begins: rows of the same millisecond come again and are
  /// taken once.
  private static func momentAfter(_ raw: UnsafeRawBufferPointer) throws(JSONProblem) -> String {
    var json = JSONScanner(raw)
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      if key == "ts" { time = try json.timestamp(.either) } else { try json.skip() }
    }
    return String(try json.require(time, "ts").milliseconds + 1)
  }

  private static func id(
    _ raw: UnsafeRawBufferPointer, _ field: StaticString
  ) throws(JSONProblem) -> String {
    var json = JSONScanner(raw)
    var id: String?
    try json.beginObject()
    while let key = try json.nextKey() {
      if key == field { id = try json.textIfAny() } else { try json.skip() }
    }
    return try json.require(id, field.description)
  }
}

/// How far a list was read. It outlives a try that failed, so that the next one goes on behind it.
final class PageMark<Row: Sendable> {
  fileprivate var rows: [Row] = []
  fileprivate var seen: Set<String> = []
  fileprivate var after: String?
  fileprivate var pages = 0
  fileprivate var isAtEnd = false

  /// Marks the beginning.
  init() {}

  /// Takes a page; returns what is new in it.
  fileprivate func take(_ page: [(id: String, row: Row?)]) -> [Row] {
    var new: [Row] = []
    for (id, row) in page where seen.insert(id).inserted {
      if let row { new.append(row) }
    }
    rows += new
    return new
  }
}

extension RestCalls {
  /// Reads a whole list; rows that a page boundary repeats are taken once. From a mark of an
  /// earlier try it goes on where that one failed.
  func readAll<Row: Sendable>(
    _ list: PagedList<Row>, lane: RequestLane,
    until isEnough: @escaping (Row) -> Bool = { _ in false },
    from mark: PageMark<Row> = PageMark(),
    _ done: @escaping @MainActor (Result<[Row], Unproven>) -> Void
  ) {
    guard !mark.isAtEnd else {
      // Nothing is told from within the caller's call.
      return post { done(.success(mark.rows)) }
    }
    readPage(list, lane: lane, isEnough, mark, done)
  }

  private func readPage<Row: Sendable>(
    _ list: PagedList<Row>, lane: RequestLane, _ isEnough: @escaping (Row) -> Bool,
    _ mark: PageMark<Row>, _ done: @escaping @MainActor (Result<[Row], Unproven>) -> Void
  ) {
    guard mark.pages < list.pageLimit else {
      done(.failure(Unproven("BloFin's list \(list.endpoint.path) does not end.")))
      return
    }
    var query = list.query
    query.append(QueryItem("limit", String(Endpoint.pageLimit)))
    if let after = mark.after { query.append(QueryItem("after", after)) }
    read(list.endpoint, query, lane: lane) { [weak self] verdict in
      guard case .success(let envelope) = verdict else {
        done(.failure(Unproven(verdict)))
        return
      }
      do throws(JSONProblem) {
        let (rows, next, isLast) = try list.page(envelope)
        let isDone = mark.take(rows).contains(where: isEnough)
        // A page that brings nothing new would come again for ever.
        let isStuck = next == mark.after
        mark.after = next
        mark.pages += 1
        mark.isAtEnd = isLast || isDone || isStuck
        if mark.isAtEnd {
          done(.success(mark.rows))
        } else {
          self?.readPage(list, lane: lane, isEnough, mark, done)
        }
      } catch {
        done(.failure(Unproven(list.endpoint, error)))
      }
    }
  }
}

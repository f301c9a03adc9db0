import Alerts
import MarketData
import TestSupport
import Trading
import Units

/// A book with the streams that feed it, for stories about one or two instruments.
struct Feeding {
  var book: AlertBook
  var now = Sample.start
  var fired: [AlertFiring] = []
  var records: [AlertRuleID: AlertRuleRecord] = [:]

  init(_ rules: [String] = []) throws {
    book = AlertBook(vocabulary: CorpusTests.vocabulary)
    for rule in rules { try add(rule) }
  }

  @discardableResult
  mutating func add(_ text: String) throws -> AlertRuleID {
    let rule = try AlertRule(
      text, vocabulary: book.vocabulary, defaults: .usual, now: now)
    let id = book.add(rule, at: now)!
    collect()
    return id
  }

  mutating func last(_ price: Price, _ instrument: Instrument = Sample.bitcoin, late: Int64 = 0) {
    now = now + .seconds(1)
    take(.ticker(Sample.ticker(instrument, last: price, at: now - .seconds(late))))
  }

  mutating func mark(_ price: Price, _ instrument: Instrument = Sample.bitcoin) {
    now = now + .seconds(1)
    take(.mark(Sample.mark(instrument, price, at: now)))
  }

  mutating func take(_ event: MarketEvent) {
    book.take(event, at: now)
    collect()
  }

  mutating func gap() {
    book.lose(at: now)
    collect()
  }

  mutating func wait(_ span: TimeSpan) {
    now = now + span
    book.pass(to: now)
    collect()
  }

  /// Ends this run and begins another one with what the journal would have kept.
  mutating func restart() throws {
    book = AlertBook(vocabulary: book.vocabulary)
    for record in records.values.sorted(by: { $0.id < $1.id }) {
      let rule = try AlertRule(
        record.text, vocabulary: book.vocabulary, defaults: .usual, now: now)
      book.restore(record, rule)
    }
  }

  mutating func collect() {
    let news = book.take(at: now)
    fired += news.firings
    for record in news.changes { records[record.id] = record }
  }
}

import Alerts
import Trading
import Units

/// What the engine is told of alerts once, when it is made.
public struct AlertPlan: Sendable, Hashable {
  /// The rules of the configuration, in their own words.
  public let rules: [String]
  /// What a rule has when it does not say.
  public let defaults: AlertDefaults
  /// Which price an instrument stands for that is named alone.
  public let priceSource: AlertVocabulary.PriceSource
  /// How long an instrument may be silent before its next tick counts as the first after a gap.
  public let silence: TimeSpan
  /// How often an alert repeats that nobody has acknowledged.
  public let repeatInterval: TimeSpan

  /// States what the engine is told.
  public init(
    rules: [String], defaults: AlertDefaults, priceSource: AlertVocabulary.PriceSource,
    silence: TimeSpan, repeatInterval: TimeSpan
  ) {
    self.rules = rules
    self.defaults = defaults
    self.priceSource = priceSource
    self.silence = silence
    self.repeatInterval = repeatInterval
  }

  /// No rules; what people add has the usual defaults.
  public static let none = AlertPlan(
    rules: [], defaults: .usual, priceSource: .last, silence: .seconds(30),
    repeatInterval: .seconds(30))
}

/// The alert rules of the engine, what fired, and what waits to be acknowledged.
struct AlertDesk: Sendable {
  var book: AlertBook
  let plan: AlertPlan
  /// Which mark prices can be believed.
  var marks: MarkTrust
  /// The newest alerts, oldest first.
  var recent = RecentList<AlertRecord>(capacity: AlertDesk.listCapacity)
  /// How many alerts wait to be acknowledged.
  private(set) var waitingCount = 0
  /// When an alert that waits was last told.
  var toldAt: Timestamp?
  /// Whether the timer for what changes with time runs.
  var isTicking = false
  /// How often channels were tried; each try has a name of its own.
  var testCount: UInt64 = 0

  /// The most alerts that are kept for the screen.
  static let listCapacity = 100
  /// How often is looked at what changes with time alone.
  static let tick = TimeSpan.seconds(1)

  init(_ settings: EngineSettings) {
    plan = settings.alerts
    book = AlertBook(
      vocabulary: AlertVocabulary(
        instruments: settings.pairs.map(\.instrument), priceSource: settings.alerts.priceSource,
        timeFrames: TimeFrame.allCases.filter(settings.timeFrames.contains),
        missing: AlertVocabulary.untold),
      defaults: settings.alerts.defaults, silence: settings.alerts.silence)
    marks = MarkTrust(silence: settings.alerts.silence)
    view = AlertsView(
      rules: [], levels: [:], recent: [], vocabulary: book.vocabulary, defaults: book.defaults)
  }

  /// Whether there is nothing to look at, tell or repeat.
  var isIdle: Bool { book.isEmpty && waitingCount == 0 && !book.hasNews && !viewIsOld }

  /// Keeps an alert for the screen. One that waits and is pushed out by a hundred newer ones is
  /// still in the journal, and does not repeat any more.
  mutating func keep(_ alert: AlertRecord) {
    recent.append(alert)
    change()
    countWaiting()
  }

  /// Counts anew the alerts that wait.
  mutating func countWaiting() { waitingCount = recent.count { $0.isWaiting } }

  /// What a screen shows, made anew by ``renewView(at:force:)``: a screen that held the book itself
  /// would have every change of it copied.
  private(set) var view: AlertsView
  /// Whether something changed that the view does not show yet.
  private(set) var viewIsOld = false
  private var viewMadeAt: Timestamp?

  /// The prices of the rules, and of which generation of rules they are: most changes leave both.
  private var levels: (generation: UInt64, prices: [InstrumentID: [Price]]) = (0, [:])

  /// The least time between two views that nobody waits for: longer where there are so many rules
  /// that a view of them takes a millisecond.
  private static func viewSpacing(_ count: Int) -> TimeSpan {
    .milliseconds(Int64(max(100, count / 20)))
  }

  /// Says that the view is old.
  mutating func change() { viewIsOld = true }

  /// Makes the view anew if it is old and was not made just now.
  mutating func renewView(at now: Timestamp, force: Bool) {
    guard viewIsOld else { return }
    let spacing = Self.viewSpacing(view.rules.count)
    if !force, let viewMadeAt, now - viewMadeAt < spacing { return }
    let rules = book.rules
    if levels.generation != book.generation {
      levels = (book.generation, Self.prices(rules))
    }
    view = AlertsView(
      rules: rules, levels: levels.prices, recent: Array(recent), vocabulary: book.vocabulary,
      defaults: book.defaults)
    viewIsOld = false
    viewMadeAt = now
  }

  private static func prices(_ rules: [AlertEntry]) -> [InstrumentID: [Price]] {
    var seen: [InstrumentID: Set<Price>] = [:]
    var prices: [InstrumentID: [Price]] = [:]
    for entry in rules {
      for (instrument, price) in entry.prices
      where seen[instrument, default: []].insert(price).inserted {
        prices[instrument, default: []].append(price)
      }
    }
    return prices
  }
}

/// The alert rules and what fired, as a screen shows them.
public struct AlertsView: Sendable {
  /// The rules that can still fire, in the order of their numbers.
  public let rules: [AlertEntry]
  /// The prices of each instrument at which a rule may fire, each once, in the order of the rules.
  public let levels: [InstrumentID: [Price]]
  /// The newest alerts, oldest first.
  public let recent: [AlertRecord]
  /// What words mean in a rule here.
  public let vocabulary: AlertVocabulary
  /// What a rule has when it does not say.
  public let defaults: AlertDefaults

  /// The alerts that wait to be acknowledged, oldest first.
  public var waiting: [AlertRecord] { recent.filter(\.isWaiting) }
}

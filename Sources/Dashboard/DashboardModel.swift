import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// What the screen is told once, at its start.
public struct DashboardLabels: Sendable {
  /// Where prices come from, such as `built-in market`.
  public let marketSource: String
  /// The name of the account in the settings.
  public let account: String
  /// The glyphs that the terminal can show.
  public let glyphs: Glyphset
  /// Whether real money is traded: opening then needs an armed screen.
  public let isLive: Bool
  /// How the environment looks: the ink and surface of the status bar.
  public let bar: Style
  /// The key table, with the user's own keys.
  public let keymap: Keymap
  /// The orders that the user named.
  public let templates: [OrderTemplate]
  /// Whether leaving the screen ends nothing: the program runs without one.
  public let isLent: Bool
  /// Whether the end of the program cancels every plain order of ours.
  public let cancelsAtExit: Bool

  /// States the labels.
  public init(
    marketSource: String, account: String, glyphs: Glyphset, isLive: Bool, bar: Style,
    keymap: Keymap = .standard, templates: [OrderTemplate] = [], isLent: Bool = false,
    cancelsAtExit: Bool = false
  ) {
    self.marketSource = marketSource
    self.account = account
    self.glyphs = glyphs
    self.isLive = isLive
    self.bar = bar
    self.keymap = isLent ? keymap.ofLentScreen : keymap
    self.templates = templates
    self.isLent = isLent
    self.cancelsAtExit = cancelsAtExit
  }
}

/// What lies above the panels and has the keys.
indirect enum Sheet: Sendable, Equatable {
  /// The list of keys and the grammar, scrolled by so many lines, over what comes back after it.
  case help(Int, over: Sheet?)
  /// What stands in the way of a new order, scrolled by so many lines.
  case why(Int)
  /// The alerts, scrolled by so many lines.
  case alerts(Int)
  /// The order ticket.
  case ticket(TicketForm)
  /// A market order that waits for its side.
  case marketOrder
  /// A question that only its own key answers with yes.
  case confirmation(Confirmation)
  /// How much of a position to close.
  case partialClose(PositionKey)
  /// Where a stop, a target or an order goes.
  case priceForm(PriceForm)
  /// One line of text.
  case prompt(Prompt)
  /// The command line.
  case line(LineEntry)
  /// The list of actions.
  case palette(ActionFinder)
}

/// A sentence on the message line, for a while.
struct Toast: Sendable, Equatable {
  let text: String
  /// Whether it tells of an alert that fired.
  let isAlert: Bool
  let ink: Ink
  let at: Timestamp
  let until: Timestamp
}

/// Everything that the screen is drawn from: the engine's snapshot, and what is only of the screen.
public struct DashboardModel: Sendable {
  /// The newest state of the engine.
  public internal(set) var snapshot: EngineSnapshot {
    didSet { shownFigures = nil }
  }
  /// What was computed from the snapshot's account for a frame; nil for a state that none shows.
  private var shownFigures: AccountFigures?
  /// The present moment of the person at the screen: keys, countdowns and sentences are counted
  /// from it. Ages of data are counted from the snapshot, whose time a recording has for its own.
  public internal(set) var now: Timestamp
  /// What never changes.
  public let labels: DashboardLabels
  /// Whether the user has asked to end the program.
  public internal(set) var wantsToQuit = false

  var pane = Pane.markets
  var preset = Preset.overview
  var isZoomed = false
  var watchlist = Watchlist()
  var chart = ChartState()
  var chartRequests = ChartRequests()
  /// How many lines the book is scrolled toward higher prices.
  var ladderOffset = 0
  var logOffset = 0
  /// How many lines the zones are scrolled.
  var zonesOffset = 0
  /// How large the screen is; a click means what is drawn there.
  var size: Size?
  /// The zones of the chart's candles.
  var zones = ZoneWatch()
  /// The equity of each minute since the start.
  var equityTrace = EquityTrace()
  /// The proposal of a strategy that the keys are about: the one that is drawn as selected.
  var proposal: UInt64?
  /// Whether amounts of money are hidden.
  var isMasked = false
  var instrument: InstrumentID?
  var selectedPosition: PositionKey?
  /// When the selection went to another position by itself, nil before it did.
  var positionMovedAt: Timestamp?
  var selectedOrder: OrderRow.Identity?
  /// When the selection went to another order by itself, nil before it did.
  var orderMovedAt: Timestamp?
  var sheet: Sheet?
  var armedUntil: Timestamp?
  var toast: Toast?
  /// Whether frames show the model; written lines stay as they were.
  var isDrawn = true
  var working = WorkingSize()
  var keyGuard = KeyGuard()
  /// The lines that were done, oldest first.
  var history: [String] = []

  /// The most lines that the history keeps.
  static let historyLimit = 100

  /// Makes the model of a screen that has just opened.
  public init(snapshot: EngineSnapshot, now: Timestamp, labels: DashboardLabels) {
    self.snapshot = snapshot
    shownFigures = AccountFigures(snapshot)
    self.now = now
    self.labels = labels
    instrument = snapshot.pairs.first?.instrument
    repairSelection()
  }

  /// Whether opening by one key is allowed now.
  var isArmed: Bool { armedUntil.map { $0 > now } ?? false }

  /// The rows of the orders panel, those of unknown outcome first.
  var orderRows: [OrderRow] { figures.orderRows }

  /// What is computed from the snapshot's account.
  var figures: AccountFigures { shownFigures ?? AccountFigures(snapshot) }

  /// Computes the figures that a frame needs several times.
  mutating func computeFigures() { shownFigures = AccountFigures(snapshot) }

  /// Takes the state that the next key acts on, and hands out the one before: to free it takes time
  /// that a key does not have. What is selected stays what the last frame showed.
  public mutating func act(on snapshot: inout EngineSnapshot) {
    swap(&self.snapshot, &snapshot)
  }

  /// The proposal of a strategy that the keys are about, nil while there is none.
  var selectedProposal: Proposal? {
    snapshot.proposals.first { $0.id == proposal }
  }

  /// The rules of the chosen instrument, nil before they are known.
  var chosenInstrument: Instrument? {
    instrument.flatMap { snapshot.markets[$0]?.instrument }
  }

  /// The working size as people read it.
  var workingText: String { working.text(chosenInstrument, snapshot.limits) }

  /// Puts the selections onto things that still exist.
  mutating func repairSelection() {
    if instrument == nil { instrument = snapshot.pairs.first?.instrument }
    let keys = snapshot.account.positions.held.map(\.key)
    if selectedPosition.map({ !keys.contains($0) }) ?? true {
      if selectedPosition != nil { positionMovedAt = now }
      selectedPosition = keys.first { $0.instrument == instrument } ?? keys.first
    }
    let rows = orderRows
    if selectedOrder.map({ id in !rows.contains { $0.id == id } }) ?? true {
      if selectedOrder != nil { orderMovedAt = now }
      selectedOrder = rows.first?.id
    }
    if selectedProposal == nil { proposal = snapshot.proposals.first?.id }
  }

  /// Shows a sentence for five seconds.
  mutating func say(_ text: String, _ ink: Ink = .warning, isAlert: Bool = false) {
    toast = Toast(
      text: text, isAlert: isAlert, ink: ink, at: now, until: now + .seconds(5))
  }

  /// An amount of money, or dots while amounts are hidden.
  func money(_ amount: Money?) -> String {
    guard let amount else { return labels.glyphs.unknown }
    return isMasked ? mask : NumberText.money(amount)
  }

  /// An amount with its sign, or dots while amounts are hidden.
  func signed(_ amount: Money?) -> String {
    guard let amount else { return labels.glyphs.unknown }
    return isMasked ? mask : NumberText.signed(amount)
  }

  /// What stands for a hidden amount.
  var mask: String { labels.glyphs.isASCII ? "***" : "•••" }
}

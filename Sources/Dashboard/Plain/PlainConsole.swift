import Alerts
import Engine
import Screen
import Trading
import Units

/// The dashboard without a screen: lines come in, lines go out. The commands are those of the
/// command line; a question is answered by the word yes.
public struct PlainConsole: Sendable {
  private var model: DashboardModel
  private var report = PlainReport()
  private var told: Toast?

  /// Begins with the newest state of the engine.
  public init(snapshot: EngineSnapshot, now: Timestamp, labels: DashboardLabels) {
    model = DashboardModel(snapshot: snapshot, now: now, labels: labels)
    model.isDrawn = false
  }

  /// Whether a question waits for the word yes.
  public var isAsking: Bool {
    if case .confirmation = model.sheet { true } else { false }
  }

  /// What is told at the start.
  public var greeting: [String] {
    PlainReport.status(model) + ["Enter alone tells the state; help lists the commands."]
  }

  /// Takes the newest state of the engine; returns what is new in it, and what is to be done.
  public mutating func take(
    _ snapshot: EngineSnapshot, at now: Timestamp
  ) -> (lines: [String], commands: [DashboardCommand]) {
    let commands = update(&model, .snapshot(snapshot), at: now).filter { !$0.isReading }
    return ((report.lines(model) + sentence()).map(Self.cleaned), commands)
  }

  /// Takes a line that a person wrote; returns the answer, and what is to be done.
  public mutating func take(
    line: String, at now: Timestamp
  ) -> (lines: [String], commands: [DashboardCommand]) {
    model.now = now
    model.letTimePass()
    told = model.toast
    let words = line.split(separator: " ").joined(separator: " ")
    if case .confirmation(let question) = model.sheet {
      guard words == "yes" else {
        model.sheet = nil
        return (["nothing was done"], [])
      }
      let commands = question.hears(at: now) ? model.perform(.confirm) : []
      if case .confirmation(let again) = model.sheet {
        return (sentence() + lines(of: again), [])
      }
      return (sentence() + (commands.isEmpty ? ["nothing was done"] : ["done"]), commands)
    }
    if words.isEmpty { return (PlainReport.status(model), []) }
    var entry = LineEntry()
    entry.field.set(words)
    model.sheet = .line(entry)
    let commands = model.perform(.submitLine)
    return (answer(commands), commands)
  }

  private func lines(of question: Confirmation) -> [String] {
    [question.question] + model.details(of: question) + ["yes does it; anything else does not"]
  }

  /// What a line came to.
  private mutating func answer(_ commands: [DashboardCommand]) -> [String] {
    switch model.sheet {
    case .confirmation(let question):
      return lines(of: question)
    case .help:
      model.sheet = nil
      return LineGrammar.examples.map { "\($0.0): \($0.1)" } + LineGrammar.rules
    case .alerts:
      model.sheet = nil
      let alerts = model.snapshot.alerts
      return alerts.rules.map { "alert \($0.id) \($0.phase.rawValue): \($0.text)" }
        + model.snapshot.channels.map { "channel \($0.text)" }
        + alerts.recent.map { "\($0.at.timeText) ALERT \($0.id): \($0.text)" }
    case .line, .why, .ticket, .marketOrder, .partialClose, .priceForm, .prompt, .palette:
      model.sheet = nil
    case nil: break
    }
    let said = sentence()
    return said.isEmpty ? ["done"] : said
  }

  /// Text as a terminal may get it: what could steer it is replaced.
  private static func cleaned(_ text: String) -> String {
    var glyphs = Glyphs(text)
    var clean = ""
    while let glyph = glyphs.next() {
      for value in [glyph.scalar, glyph.marks & 0xFFFF, glyph.marks >> 16] where value != 0 {
        if let scalar = Unicode.Scalar(value) { clean.unicodeScalars.append(scalar) }
      }
    }
    return clean
  }

  /// The sentence that the screen would show, once.
  private mutating func sentence() -> [String] {
    guard let toast = model.toast, toast != told else { return [] }
    told = toast
    return [toast.text]
  }
}

extension DashboardCommand {
  /// Whether it only reads what a chart would show.
  fileprivate var isReading: Bool {
    if case .engine(.loadCandles) = self { true } else { false }
  }
}

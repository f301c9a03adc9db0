import Trading
import Units

/// Everything that a key can do.
enum Action: Sendable, Hashable {
  // Looking.
  case focus(Pane)
  case nextPane
  case previousPane
  case selectNext
  case selectPrevious
  case pageDown
  case pageUp
  case zoom
  case layout(Preset)
  case filter
  case sort
  case reverseSort
  case shorterFrame
  case longerFrame
  case changeDrawing
  case cursorBack
  case cursorForward
  case centerLadder
  case mask
  case help
  case why
  case alerts
  case acknowledge
  case palette
  case back
  case quit
  case suspend
  // Opening.
  case arm
  case sizeDown
  case sizeUp
  case typeSize
  case ticketLong
  case ticketShort
  case bracket(PositionSide)
  case join(PositionSide)
  case marketOrder
  case marketSend(PositionSide)
  case commandLine
  case template
  // Keeping, closing, canceling.
  case partialClose
  case closeShare(quarters: Int)
  case moveStop
  case moveTarget
  case breakEven
  case amend
  case cancelSelected
  case cancelLast
  case cancelInstrument
  case cancelEverything
  case flatten
  case halt
  case resume
  case note
  // What strategies propose.
  case approve
  case dismiss
  // In forms and questions.
  case send
  case nextField
  case previousField
  case chooseNext
  case choosePrevious
  case submitPrice
  case confirm
  case submitPrompt
  case submitLine
  case complete
  case olderLine
  case newerLine
  case runPicked
  case pickNext
  case pickPrevious
}

extension Action {
  /// The name in `keys.yaml`: that of the case and what it is about, such as `flatten`,
  /// `focus-markets`, `close-share-2`.
  var name: String {
    let text = "\(self)"
    let word = text.prefix { $0 != "(" }
    var name = ""
    for letter in word {
      if letter.isUppercase { name.append("-") }
      name += letter.lowercased()
    }
    guard word.count < text.count else { return name }
    // What is in the brackets: `focus(Dashboard.Pane.markets)`, `closeShare(quarters: 2)`.
    let payload = text.dropFirst(word.count + 1).dropLast()
    let value = payload.split { $0 == "." || $0 == " " }.last.map(String.init) ?? ""
    return name + "-" + value
  }

  /// What one press of its key can do.
  private enum Weight {
    /// It sends an order that adds risk, without a form.
    case opens
    /// It sends what a form holds, or says yes.
    case answers
    /// It is heard whatever form or question is open.
    case everywhere
    /// Something else: it looks, moves, or only opens a form or a question.
    case other
  }

  private var weight: Weight {
    switch self {
    case .bracket, .join, .marketSend: .opens
    case .send, .submitPrice, .confirm, .closeShare: .answers
    case .flatten, .cancelEverything, .halt, .help: .everywhere
    case .focus, .nextPane, .previousPane, .selectNext, .selectPrevious, .pageDown, .pageUp, .zoom,
      .layout, .filter, .sort, .reverseSort, .shorterFrame, .longerFrame, .changeDrawing,
      .cursorBack, .cursorForward, .centerLadder, .mask, .why, .alerts, .acknowledge, .palette,
      .back, .quit, .suspend, .arm, .sizeDown, .sizeUp, .typeSize, .ticketLong, .ticketShort,
      .marketOrder, .commandLine, .template, .partialClose, .moveStop, .moveTarget, .breakEven,
      .amend, .cancelSelected, .cancelLast, .cancelInstrument, .resume, .note, .approve, .dismiss,
      .nextField, .previousField, .chooseNext, .choosePrevious, .submitPrompt, .submitLine,
      .complete, .olderLine, .newerLine, .runPicked, .pickNext, .pickPrevious:
      .other
    }
  }

  /// Whether it sends an order that adds risk, at once and without a form.
  var opensAtOnce: Bool { weight == .opens }

  /// Whether it sends an order, or says yes, at once.
  var sends: Bool { weight == .opens || weight == .answers }

  /// Whether its key is heard whatever form or question is open.
  var worksEverywhere: Bool { weight == .everywhere }

  /// Whether the key acts once however long it is held: the same key counts again only after
  /// another one or a pause.
  var isOnceOnly: Bool {
    opensAtOnce || self == .cancelSelected || self == .cancelLast || self == .breakEven
  }
}

/// Where the keys go.
enum KeyContext: String, Sendable, Hashable, CaseIterable {
  /// The panels.
  case main
  /// The order ticket.
  case ticket
  /// Which way a market order goes.
  case marketOrder
  /// The command line.
  case line
  /// How much to close.
  case partialClose
  /// Where a stop or a target goes, or an order moves.
  case priceForm
  /// A question.
  case confirmation
  /// A line of text: filter, note, working size.
  case prompt
  /// The list of all actions.
  case palette
  /// Something to read: the keys, or why nothing can be opened.
  case reading

  /// Whether text or numbers are typed here.
  var isTyped: Bool {
    switch self {
    case .line, .prompt, .palette, .ticket, .priceForm: true
    case .main, .marketOrder, .partialClose, .confirmation, .reading: false
    }
  }

  /// Whether only numbers are typed here, so that a question mark asks for the keys.
  var isNumeric: Bool { self == .ticket || self == .priceForm }

  /// What the README and the help call it.
  var title: String {
    switch self {
    case .main: "Anywhere"
    case .ticket: "In the ticket"
    case .marketOrder: "After `m`"
    case .line: "On the command line"
    case .partialClose: "Closing a position"
    case .priceForm: "Moving a stop, a target or an order"
    case .confirmation: "Answering a question"
    case .prompt: "Typing a filter, a note or a size"
    case .palette: "In the palette"
    case .reading: "Reading the keys or the reasons"
    }
  }
}

import Units

/// Everything that a key can do.
enum Action: Sendable, Hashable {
  case focus(Pane)
  case nextPane
  case previousPane
  case selectNext
  case selectPrevious
  case help
  case back
  case quit
  case suspend
  case arm
  case ticketLong
  case ticketShort
  case cancelSelected
  case cancelInstrument
  case cancelEverything
  case partialClose
  case moveStop
  case flatten
  case halt
  case resume
  case send
  case nextField
  case previousField
  case chooseNext
  case choosePrevious
  case closeShare(quarters: Int)
  case confirm
  case submitStop
}

/// Where the keys go.
enum KeyContext: Sendable, Hashable, CaseIterable {
  /// The panels.
  case main
  /// The list of keys.
  case help
  /// The order ticket.
  case ticket
  /// A question.
  case confirmation
  /// How much to close.
  case partialClose
  /// Where a stop goes.
  case stopForm
}

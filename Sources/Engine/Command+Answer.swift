import Trading

extension Command {
  /// The instrument that it is about, nil for one about several or none.
  var instrument: InstrumentID? {
    switch self {
    case .open(let intent), .bracket(let intent, _), .openOneOf(let intent, _),
      .openAt(let intent, _, _):
      intent.instrument
    case .close(let intent): intent.key.instrument
    case .protect(let key, _, _), .moveTarget(let key, _, _), .reverse(let key, _),
      .scaleIn(let key, _, _), .breakEven(let key), .takeProfits(let key, _), .trail(let key, _, _):
      key.instrument
    case .cancel(let instrument, _), .cancelTrigger(let instrument, _),
      .setLeverage(let instrument, _, _), .loadCandles(let instrument, _, _, _):
      instrument
    case .cancelAll(let instrument), .flatten(let instrument), .note(_, let instrument): instrument
    case .openBatch, .cancelBatch, .amend, .abandon, .approve, .dismiss, .resetPeak,
      .setPositionMode, .setState, .setStrategy, .reconcile, .setLimits, .addAlert, .removeAlert,
      .acknowledge, .testAlert:
      nil
    }
  }
}

extension [Effect] {
  /// Why a command was not done of which these are the effects, nil when it was.
  public func refusal(of command: Command, from source: CommandSource) -> String? {
    for case .journal(let records) in self {
      for case .command(let record) in records
      where record.source == source && record.text == command.text {
        return record.answer
      }
    }
    return nil
  }
}

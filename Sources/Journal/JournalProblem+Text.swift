extension JournalProblem: CustomStringConvertible {
  /// One or two sentences for people: what is wrong and what to do.
  public var description: String {
    switch self {
    case .belongsToOther(let path, let found, let wanted):
      """
      \(path) is the journal of the \(found), not of the \(wanted). Nothing was changed. \
      Put the right file back, or move this one away to start an empty journal.
      """
    case .ofOtherAccount(let path, let found, let wanted):
      """
      \(path) is the journal of the exchange's account \(found), and the key is of account \
      \(wanted). Nothing was ordered. Put a key of account \(found) back, or start with another \
      folder: --data.
      """
    case .notAJournal(let path):
      "\(path) is not a journal of PerpDeck. Nothing was changed. Move it away."
    case .newerSchema(let path, let unknown):
      """
      \(path) was written by a newer PerpDeck (\(unknown.joined(separator: ", "))). \
      Nothing was changed. Use that version, or restore a backup made by this one.
      """
    case .damaged(let path, let findings):
      """
      \(path) is damaged: \(findings.joined(separator: "; ")). Nothing was changed. \
      Move it away, with the files \(path)-wal and -shm if they are there; then put the newest \
      copy from its backups folder in its place, or start without: orders, positions and fills \
      are read again from the exchange.
      """
    case .unsafeFile(let path, let reason): "\(path) is not used: \(reason)."
    case .cannotOpen(let path, let reason): "\(path) cannot be opened: \(reason)."
    case .backupFailed(let path, let reason):
      "The copy \(path) before the upgrade of the journal failed: \(reason). Nothing was upgraded."
    case .diskFull: "The disk is full; the journal took nothing."
    case .readOnly: "The journal is read-only."
    case .busy: "Another program keeps the journal locked."
    case .recordRefused(let reason): "The journal refused a record: \(reason)."
    case .overloaded(let waiting): "The journal is \(waiting) records behind and takes no more."
    case .deviceFailed(let code, let reason):
      "The disk failed under the journal (SQLite \(code): \(reason))."
    case .fileGone(let path): "\(path) was removed or replaced while it was open."
    case .malformed(let reason): "The journal is malformed: \(reason)."
    case .stopped(let cause):
      "The journal takes nothing more since an earlier failure. \(cause) "
        + "Restart after repairing it."
    case .closed: "The journal is closed."
    case .unreadableRow(let table, let column, let value):
      "The journal holds \"\(value.prefix(80))\" as \(column) in \(table), which nobody wrote."
    case .database(let code, let reason): "The journal failed (SQLite \(code): \(reason))."
    }
  }
}

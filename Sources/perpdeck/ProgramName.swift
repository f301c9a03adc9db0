import ArgumentParser
import Settings
import Transport

/// What names a program or its journal on the command line: a mode and an account, which are parts
/// of paths and so are no other text (S29).
enum ProgramName {
  /// Throws unless the account, where one is named, can be one of the settings.
  static func check(account: String?) throws {
    guard let account, let expected = AccountSettings.expectedName(insteadOf: account) else {
      return
    }
    throw ValidationError("--account \(PlainText.clean(account)): expected \(expected)")
  }

  /// Throws unless the mode, where one is named, is one that has a folder.
  static func check(mode: String?) throws {
    guard let mode, JournalMode(rawValue: mode) == nil else { return }
    let words = JournalMode.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("--mode \(PlainText.clean(mode)): expected one of \(words)")
  }
}

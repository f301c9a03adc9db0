/// The version that `--version`, the journal and the log name.
enum ProgramVersion {
  static let text = "0.1.0"
}

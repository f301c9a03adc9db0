/// The version that `--version`, the journal and the log name.
nonisolated enum ProgramVersion {
  static let text = "0.1.0"
}

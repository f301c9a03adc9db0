import Glibc
import Runtime
import Settings
import Terminal
import Trading

/// The line to a running program: finds its socket, says one thing, hears one answer.
struct ControlLine {
  private let data: String
  private let mode: String?
  private let account: String?

  /// Where a program may listen, and the file that tells which process it is.
  private struct Place {
    let name: String
    let socket: String
    let lock: String
  }

  /// A program that runs: the socket to it, or why it takes nobody in.
  private struct Program {
    let name: String
    let socket: Result<Int32, ControlCallProblem>
    private let lock: String

    /// Calls the one at a place; nil when none runs there.
    init?(_ place: Place) {
      name = place.name
      lock = place.lock
      do throws(ControlCallProblem) {
        guard let found = try ControlCall.connect(to: place.socket) else { return nil }
        socket = .success(found)
      } catch {
        socket = .failure(error)
      }
    }

    /// Says a line and returns the answer; one that is silent because it was stopped is told apart
    /// from one that hangs.
    func answer(to line: String) throws(ControlCallProblem) -> String {
      do throws(ControlCallProblem) {
        return try ControlCall.exchange(line, over: socket.get())
      } catch {
        guard case .silent = error, let process = InstanceLock.holder(of: lock),
          JobControl.isStopped(process)
        else { throw error }
        throw .stopped(process: process)
      }
    }

    func close() {
      if case .success(let descriptor) = socket { Glibc.close(descriptor) }
    }
  }

  /// Looks under a data folder, for the mode and the account when they are named.
  init(data: String, mode: String?, account: String?) {
    self.data = data
    self.mode = mode
    self.account = account
  }

  /// Returns the answer to a line, or throws why there is none.
  func ask(_ line: String) throws -> String {
    let (places, unreadable) = candidates()
    let running = places.compactMap(Program.init)
    defer { for one in running { one.close() } }
    guard let one = running.first else {
      if let folder = unreadable.first {
        throw ProgramFailure(
          "\(folder) cannot be read: whether a perpdeck runs there is not known. "
            + "Ask as the user who runs it, or name another folder with --data.")
      }
      throw ProgramFailure(
        "No perpdeck is running\(of()) in \(data). Start one, or name its folder with --data.")
    }
    guard running.count == 1 else {
      throw ProgramFailure(
        "Several are running: \(running.map(\.name).joined(separator: ", ")). "
          + "Choose one with --mode and --account.")
    }
    do throws(ControlCallProblem) {
      return try one.answer(to: line)
    } catch {
      throw ProgramFailure(error.description)
    }
  }

  private func of() -> String {
    [mode.map { " in mode \($0)" }, account.map { " for the account \($0)" }]
      .compactMap { $0 }.joined()
  }

  /// Where a program may listen, and the folders that do not say.
  private func candidates() -> (places: [Place], unreadable: [String]) {
    var unreadable: [String] = []
    let modes = mode.map { [$0] } ?? Self.names(in: data, &unreadable)
    let places = modes.flatMap { mode in
      (account.map { [$0] } ?? Self.names(in: data + "/" + mode, &unreadable)).map { account in
        let folder = "\(data)/\(mode)/\(account)"
        return Place(
          name: "\(mode) \(account)", socket: folder + "/control.sock",
          lock: folder + "/instance.lock")
      }
    }
    return (places, unreadable)
  }

  /// The names in a folder, none where there is no such folder; one that is there and cannot be
  /// read is noted.
  private static func names(in folder: String, _ unreadable: inout [String]) -> [String] {
    guard let directory = opendir(folder) else {
      if errno != ENOENT, errno != ENOTDIR { unreadable.append(folder) }
      return []
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}

import Glibc
import Testing

@testable import Terminal

/// What is known of a process that somebody stopped.
struct JobControlTests {
  /// Starts a process that does nothing for ten minutes.
  private func sleeper() -> pid_t {
    var words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("600"), nil]
    defer { for word in words { free(word) } }
    var variables: [UnsafeMutablePointer<CChar>?] = [nil]
    var process: pid_t = 0
    #expect(posix_spawn(&process, "/bin/sleep", nil, nil, &words, &variables) == 0)
    return process
  }

  @Test func `T04 a process is stopped from SIGSTOP to SIGCONT, and one that is gone is not`() {
    let process = sleeper()
    #expect(!JobControl.isStopped(process))
    var status: Int32 = 0
    kill(process, SIGSTOP)
    // The kernel tells when it stands.
    #expect(waitpid(process, &status, WUNTRACED) == process)
    #expect(JobControl.isStopped(process))
    kill(process, SIGCONT)
    #expect(waitpid(process, &status, WCONTINUED) == process)
    #expect(!JobControl.isStopped(process))
    kill(process, SIGKILL)
    #expect(waitpid(process, &status, 0) == process)
    #expect(!JobControl.isStopped(process))
  }
}

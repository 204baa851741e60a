//! One process of a binary: started with the environment of Lambda and nothing else, looked at while it waits, ended.

use std::{
    fs,
    io::Read,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    programs::ENVIRONMENT,
    runtime_api::{RuntimeApi, real_time},
};

/// What a process has used until now.
pub(crate) struct Used {
    /// On a processor, in the program and in the kernel for it. The kernel counts this to the nanosecond; the two parts
    /// it knows only in ticks of 10 ms, which is longer than any of these programs takes.
    pub(crate) cpu: Duration,
    /// The most memory it ever had, in KiB. What it shares with others counts, the pages of its own file too.
    pub(crate) memory: u64,
}

pub(crate) struct Process {
    name: &'static str,
    child: Child,
    api: RuntimeApi,
    started: Instant,
}

impl Process {
    pub(crate) fn start(binaries: &Path, name: &'static str) -> Outcome<Self> {
        let api = RuntimeApi::open()?;
        let mut command = Command::new(binaries.join(name));
        command
            .env_clear()
            .envs(ENVIRONMENT)
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let started = real_time();
        let child = command.spawn().map_err(|error| format!("{name} cannot be started: {error}"))?;
        Ok(Self { name, child, api, started })
    }

    /// How long it took from its start until it asked for an event.
    pub(crate) fn first_poll(&mut self) -> Outcome<Duration> {
        let at = self.api.first_poll(|| lives(&mut self.child)).map_err(|error| self.says(&error))?;
        Ok(at.duration_since(self.started))
    }

    /// How long it takes for so many answers.
    pub(crate) fn answer(
        &mut self,
        event: &'static str,
        times: u32,
        expected: &'static str,
    ) -> Outcome<Duration> {
        self.api.answer(event, times, expected, || lives(&mut self.child)).map_err(|error| self.says(&error))
    }

    /// What it has used, once it does nothing but wait.
    pub(crate) fn used(&self) -> Outcome<Used> {
        let unreadable = || format!("{}: /proc does not tell what the process has used", self.name);
        let folder = format!("/proc/{}", self.child.id());
        let mut cpu = 0;
        loop {
            let before = cpu;
            cpu = tasks(&folder).ok_or_else(unreadable)?;
            if cpu == before {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        let status = fs::read_to_string(format!("{folder}/status")).map_err(|_| unreadable())?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let memory = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.trim().parse().ok());
        Ok(Used { cpu: Duration::from_nanos(cpu), memory: memory.ok_or_else(unreadable)? })
    }

    fn says(&self, error: &str) -> String {
        format!("{} {error}", self.name)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Nanoseconds on a processor, of all threads.
fn tasks(folder: &str) -> Option<u64> {
    let mut sum = 0;
    for task in fs::read_dir(format!("{folder}/task")).ok()? {
        let times = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        sum += times.split(' ').next()?.parse::<u64>().ok()?;
    }
    (sum > 0).then_some(sum)
}

fn lives(child: &mut Child) -> Outcome<()> {
    let Ok(None) = child.try_wait() else {
        let mut words = String::new();
        if let Some(errors) = &mut child.stderr {
            // What it said before it ended, if it can be read.
            let _ = errors.read_to_string(&mut words);
        }
        return Err(format!("ended: {}", words.trim()));
    };
    Ok(())
}

/// The size of a binary in bytes.
pub(crate) fn size(binaries: &Path, name: &str) -> Outcome<u64> {
    let path = binaries.join(name);
    let file = fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(file.len())
}

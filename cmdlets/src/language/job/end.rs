//! Stop-Job and Remove-Job: how a job ends before its script does.

use super::*;

pub(super) fn stop(jobs: &Jobs, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    for job in chosen(jobs, context, arguments)? {
        if context.should_process(&job.name, Some("Stop-Job"))? {
            job.stop.store(true, Ordering::Relaxed);
            wait_for(context, std::slice::from_ref(&job), false, None)?;
        }
        if arguments.switch("PassThru") {
            context.write(Value::instance(JobValue(job)))?;
        }
    }
    Ok(())
}

pub(super) fn remove(jobs: &Jobs, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    for job in chosen(jobs, context, arguments)? {
        if !context.should_process(&job.name, Some("Remove-Job"))? {
            continue;
        }
        let force = arguments.switch("Force");
        if !job.progress().state.is_over() {
            if !force {
                let message = format!(
                    "The command cannot remove the job with the job ID {} because the job is not finished. To remove the job, first stop the job, or use the Force parameter.",
                    job.id
                );
                let record =
                    invalid_argument("JobObjectNotFinishedCannotBeRemoved", text(&job.name), message)
                        .exception("System.ArgumentException");
                context.error(record)?;
                continue;
            }
            job.stop.store(true, Ordering::Relaxed);
        }
        jobs.known().1.retain(|known| known.id != job.id);
    }
    Ok(())
}

//! What people and machines do in the world: promote, apply, validate, say.

use super::*;

impl World {
    pub(crate) fn prepare(&self, question: Question) -> Result<Prepared, Failed> {
        match self.decide(&question) {
            Decision::Allow(binding) => Ok(Prepared {
                head: self.view.head,
                question,
                binding: *binding,
            }),
            Decision::Current => Err(Failed::Current),
            Decision::Deny(denials) => Err(Failed::Denied(denials)),
        }
    }

    /// The atomic push: entries and branch, or nothing.
    pub(crate) fn land(&mut self, prepared: Prepared) -> Result<Digest, Failed> {
        let entry = self.land_half(prepared)?;
        assert!(
            self.branch_settles(&entry.0),
            "the branch follows its intent"
        );
        Ok(entry.1)
    }

    /// The first half where a server moves refs one by one: the writer dies
    /// before the branch is moved.
    pub(crate) fn land_half(&mut self, prepared: Prepared) -> Result<(String, Digest), Failed> {
        if self.view.head != prepared.head {
            return Err(Failed::RaceLost);
        }
        let (env, release) = (prepared.question.env.clone(), prepared.question.release);
        if prepared.binding.record_release {
            let stored = String::from(&release.to_string()[..40]);
            let body = ReleaseBody::of(self.manifests[&release].manifest(), &stored)
                .expect("has a source");
            self.append(&body.draft(), &["ci"])?;
        }
        let tree = self.stored[&(release, env.clone())].clone();
        let old = self.branches.get(&env).map(|commit| commit.id.clone());
        let tree_id = Digest::of(format!("{tree:?}")).to_string();
        let intent = prepared
            .binding
            .intent(&tree_id[..40], old.as_deref(), None);
        let entry = self.append(&intent.draft(), &["ci"])?;
        Ok((env, entry))
    }

    /// The second half, by whoever comes next: the branch still is where the
    /// intent found it. Whether it was moved.
    pub(crate) fn branch_settles(&mut self, env: &str) -> bool {
        let view = self.view.env(env);
        let Some(desired) = view.desired.clone() else {
            return false;
        };
        let intent = view.intents[&desired.intent].clone();
        let branch = self.branches.get(env);
        let here = branch.map(|commit| commit.id.clone());
        let cited = branch.and_then(|commit| commit.ledger_head);
        if cited == Some(desired.intent) || here != intent.old_commit {
            return false;
        }
        let commit = EnvCommit {
            id: desired.intent.to_string()[..40].into(),
            tree: self.stored[&(desired.release, String::from(env))].clone(),
            ledger_head: Some(desired.intent),
        };
        self.branches.insert(String::from(env), commit);
        true
    }

    pub(crate) fn promote(&mut self, env: &str, release: Digest) -> Result<Digest, Failed> {
        let prepared = self.prepare(Question::forward(env, release))?;
        self.land(prepared)
    }

    pub(crate) fn promote_as(
        &mut self,
        env: &str,
        release: Digest,
        mode: Mode,
        break_glass: Option<Digest>,
    ) -> Result<Digest, Failed> {
        let prepared = self.prepare(Question {
            env: String::from(env),
            release,
            mode,
            break_glass,
        })?;
        self.land(prepared)
    }

    /// All denials of a promotion; panics if it is allowed.
    pub(crate) fn denials(&self, env: &str, release: Digest) -> Vec<Denial> {
        self.denials_of(&Question::forward(env, release))
    }

    pub(crate) fn denials_of(&self, question: &Question) -> Vec<Denial> {
        match self.decide(question) {
            Decision::Deny(denials) => denials,
            other => panic!("not refused: {other:?}"),
        }
    }

    pub(crate) fn open_intent(&self, env: &str) -> Option<Digest> {
        self.view.env(env).open.as_ref().map(|open| open.entry)
    }

    fn result(&self, env: &str, outcome: Outcome, failed: &[&str]) -> Draft {
        ResultBody {
            env: String::from(env),
            intent: self.open_intent(env).expect("an open intent"),
            outcome,
            // An environment without edges has no checks of its own.
            verified: outcome == Outcome::Applied && self.policy().edges_from(env).next().is_none(),
            failed: failed
                .iter()
                .map(|name| (String::from(*name), String::from("exit 1")))
                .collect(),
            plans: BTreeMap::new(),
            unobserved: Vec::new(),
        }
        .draft()
    }

    /// Applies the open intent of an environment.
    pub(crate) fn apply(&mut self, env: &str) -> Digest {
        let draft = self.result(env, Outcome::Applied, &[]);
        self.append(&draft, &["ci"]).expect("a result")
    }

    pub(crate) fn apply_failing(&mut self, env: &str, failed: &[&str]) -> Digest {
        let step = StepBody {
            env: String::from(env),
            intent: self.open_intent(env).expect("an open intent"),
            components: failed
                .iter()
                .map(|name| (String::from(*name), StepOutcome::Failed))
                .collect(),
            plans: BTreeMap::new(),
        };
        self.append(&step.draft(), &["ci"]).expect("a step");
        let draft = self.result(env, Outcome::Degraded, failed);
        self.append(&draft, &["ci"]).expect("a result")
    }

    pub(crate) fn abandon(&mut self, env: &str) -> Result<Digest, Failed> {
        let draft = self.result(env, Outcome::Abandoned, &[]);
        self.append(&draft, &["ci"])
    }

    pub(crate) fn gate(
        &mut self,
        env: &str,
        to: &str,
        name: &str,
        passed: bool,
        by: &str,
    ) -> Digest {
        let policy = self.policy();
        let applied = self.view.env(env).applied.clone().expect("runs something");
        let body = GateBody {
            gate: String::from(name),
            env: String::from(env),
            to: String::from(to),
            release: applied.release,
            policy: policy.digest(env, to).expect("an edge"),
            result: TestResult {
                verdict: match passed {
                    true => TestVerdict::Passed,
                    false => TestVerdict::Failed,
                },
                configuration: Vec::new(),
                url: None,
                passed: Vec::new(),
                warned: Vec::new(),
                failed: Vec::new(),
            },
            log: None,
        };
        self.append(&body.draft(), &[by]).expect("a gate")
    }

    /// Runs the gates of all edges that leave an environment; those in `failing` fail.
    pub(crate) fn validate_with(&mut self, env: &str, failing: &[&str], by: &str) {
        let policy = self.policy();
        let edges: Vec<(String, BTreeSet<String>)> = policy
            .edges_from(env)
            .map(|(to, edge)| (String::from(to), edge.gates.clone()))
            .collect();
        for (to, gates) in edges {
            let mut inputs = Vec::new();
            for gate in &gates {
                let passed = !failing.contains(&gate.as_str());
                let entry = self.gate(env, &to, gate, passed, by);
                inputs.push((self.view.seq, entry));
            }
            let passed = !gates.iter().any(|gate| failing.contains(&gate.as_str()));
            let draft = self
                .evidence(env, &to, passed, gates, inputs)
                .draft(&self.platform);
            self.append(&draft, &[by]).expect("evidence");
        }
    }

    pub(crate) fn evidence(
        &self,
        env: &str,
        to: &str,
        passed: bool,
        gates: BTreeSet<String>,
        inputs: Vec<(u64, Digest)>,
    ) -> EvidenceBody {
        let applied = self.view.env(env).applied.clone().expect("runs something");
        EvidenceBody {
            env: String::from(env),
            to: String::from(to),
            release: applied.release,
            environment: applied.environment,
            passed,
            policy: self.policy().digest(env, to).expect("an edge"),
            time: self.now,
            valid_until: None,
            gates,
            inputs,
            unobserved: BTreeMap::new(),
            versions: BTreeMap::new(),
            runner: BTreeMap::new(),
        }
    }

    pub(crate) fn platform(&self) -> &PlatformId {
        &self.platform
    }

    pub(crate) fn validate(&mut self, env: &str) {
        self.validate_with(env, &[], "val");
    }

    /// Promotes, applies and validates: the straight way through one environment.
    pub(crate) fn through(&mut self, env: &str, release: Digest) {
        self.promote(env, release).expect("promoted");
        self.apply(env);
        self.validate(env);
    }

    pub(crate) fn drift(&mut self, env: &str, component: Option<&str>) -> Digest {
        let body = DriftBody {
            env: String::from(env),
            components: component
                .map(|name| (String::from(name), String::from("replicas 2->3")))
                .into_iter()
                .collect(),
        };
        self.append(&body.draft(), &["val"]).expect("drift")
    }

    pub(crate) fn revoke(&mut self, what: Revoked) {
        let body = RevokeBody {
            what,
            reason: String::from("CVE"),
        };
        self.append(&body.draft(), &["sec"]).expect("revoked");
    }

    pub(crate) fn approve(&mut self, env: &str, release: Digest, by: &str) -> Digest {
        let policy = self.policy();
        let coverage = policy
            .edges_into(env)
            .filter(|(_, edge)| edge.coverage.is_some())
            .find_map(|(from, _)| self.coverage(from, env, release, &policy).digest());
        let body = ApproveBody {
            env: String::from(env),
            release,
            plans: self.plans.get(env).copied(),
            roots: BTreeMap::new(),
            coverage,
        };
        self.append(&body.draft(), &[by]).expect("approved")
    }

    pub(crate) fn ack(&mut self, env: &str, release: Digest, list: Digest, by: &str) {
        let body = AckBody {
            env: String::from(env),
            release,
            list,
        };
        self.append(&body.draft(), &[by]).expect("acknowledged");
    }

    pub(crate) fn hold(&mut self, env: &str) {
        let body = HoldBody {
            env: String::from(env),
            reason: String::from("freeze"),
            until: None,
        };
        self.append(&body.hold(), &["ci"]).expect("held");
    }

    pub(crate) fn unhold(&mut self, env: &str) {
        let body = HoldBody {
            env: String::from(env),
            reason: String::from("done"),
            until: None,
        };
        self.append(&body.unhold(), &["ci"]).expect("released");
    }

    pub(crate) fn open_entry(&mut self, env: &str, by: &str) {
        let body = PolicyBody {
            opens: vec![String::from(env)],
            reason: String::from("merged"),
        };
        self.append(&body.draft(), &[by]).expect("signed");
    }

    /// A break-glass for exactly what is refused now.
    pub(crate) fn break_glass(
        &mut self,
        env: &str,
        release: Digest,
        by: &str,
        hours: i64,
    ) -> Digest {
        let sets_aside = self
            .denials(env, release)
            .iter()
            .map(terrace_promotion::Denial::name)
            .collect();
        self.break_glass_for(env, release, by, hours, sets_aside, None)
            .expect("declared")
    }

    pub(crate) fn break_glass_for(
        &mut self,
        env: &str,
        release: Digest,
        by: &str,
        hours: i64,
        sets_aside: Vec<String>,
        confirms: Option<Digest>,
    ) -> Result<Digest, Failed> {
        let body = BreakGlassBody {
            env: String::from(env),
            release,
            reason: String::from("site is down"),
            ticket: None,
            until: self.now.plus(hours * HOUR),
            sets_aside,
            confirms,
        };
        self.append(&body.draft(), &[by])
    }

    /// Someone pushes to an environment's branch by hand.
    pub(crate) fn hand_edit(&mut self, env: &str, component: &str, text: &str) {
        let id = self.hand_made();
        if let Some(commit) = self.branches.get_mut(env) {
            commit
                .tree
                .insert(String::from(component), String::from(text));
            commit.id = id;
            commit.ledger_head = None;
        }
    }

    /// The id of a commit that nobody else has.
    fn hand_made(&mut self) -> String {
        self.nonce += 1;
        String::from(&Digest::of(format!("by hand {}", self.nonce)).to_string()[..40])
    }

    /// Someone puts a release's bytes into an environment's branch by hand.
    pub(crate) fn hand_place(&mut self, env: &str, release: Digest) {
        let tree = self.stored[&(release, String::from(env))].clone();
        let commit = EnvCommit {
            id: self.hand_made(),
            tree,
            ledger_head: None,
        };
        self.branches.insert(String::from(env), commit);
    }

    pub(crate) fn branch_runs(&self, env: &str) -> Option<&BTreeMap<String, String>> {
        self.branches.get(env).map(|commit| &commit.tree)
    }

    pub(crate) fn branch_is_attested(&self, env: &str) -> bool {
        let any = Digest::of("");
        matches!(self.branch(env, any), Branch::Attested | Branch::Absent)
    }

    pub(crate) fn later(&mut self, seconds: i64) {
        self.now = self.now.plus(seconds);
    }
}

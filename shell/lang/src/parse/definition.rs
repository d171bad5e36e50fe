//! Definitions: functions and their parameters, classes, enums, comment-based help.

use std::sync::Arc;

use crate::ast::{
    Attribute, Body, Class, ClassMember, ClassMemberKind, EnumDefinition, Expr, Function, Name, Parameter,
    Span, StatementKind, TokenClass, TypeName,
};

use super::Parser;

impl Parser<'_> {
    pub(super) fn function_statement(&mut self, word: &str) -> StatementKind {
        let start = self.at();
        self.eat_keyword(word);
        self.lexer.skip_lines();
        let name_start = self.at();
        let text = self.function_name();
        let name = Name {
            text: text.into(),
            span: self.since(name_start),
        };
        if name.text.is_empty() {
            self.unclosed(
                "MissingNameAfterKeyword",
                name.span,
                format!("Missing name after {word} keyword."),
            );
            self.skip_statement();
            return StatementKind::Error;
        }
        self.mark(name.span, TokenClass::Command);
        self.lexer.skip_lines();
        let parameters = self.lexer.eat("(").then(|| self.bracketed(Self::parameter_list));
        self.lexer.skip_lines();
        let open = self.at();
        if !self.lexer.eat("{") {
            let here = self.here();
            self.unclosed(
                "MissingFunctionBody",
                here,
                "Missing function body in function declaration.",
            );
            return StatementKind::Error;
        }
        let mut body = self.nested(
            |parser| parser.bracketed(|parser| parser.body(Some('}'))),
            |_| Body::default(),
        );
        self.closing_brace(open);
        body.span = self.since(open);
        if parameters.is_some() {
            body.parameters = parameters;
        }
        if body.help.is_none() {
            body.help = self.help_before(start);
        }
        let filter = word == "filter";
        if filter && body.process.is_none() && body.begin.is_none() {
            body.process = body.end.take();
        }
        let function = Function {
            span: self.since(start),
            name,
            filter,
            body: Arc::new(body),
        };
        StatementKind::Function(Arc::new(function))
    }

    fn function_name(&mut self) -> String {
        let mut name = String::new();
        while !self.lexer.word_ends() {
            let character = self.lexer.bump();
            if !matches!(character, '\'' | '"') {
                name.push(if crate::lex::is_dash(character) {
                    '-'
                } else {
                    character
                });
            }
        }
        name
    }

    /// What stands between the parentheses of `param(…)`; the closing one is taken.
    pub(super) fn parameter_list(&mut self) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        loop {
            self.lexer.skip_lines();
            if self.lexer.eat(")") {
                return parameters;
            }
            let start = self.at();
            let mut attributes = Vec::new();
            while self.lexer.peek() == '[' {
                let Some(attribute) = self.attribute() else { break };
                attributes.push(attribute);
                self.lexer.skip_lines();
            }
            if self.lexer.peek() != '$' {
                let here = self.here();
                self.unclosed(
                    "MissingEndParenthesisInFunctionParameterList",
                    here,
                    "Missing ')' in function parameter list.",
                );
                return parameters;
            }
            let parameter = self.parameter(start, attributes);
            let after = Span::at(
                parameter
                    .default
                    .as_ref()
                    .map_or(parameter.name.span.end, |default| default.span.end),
            );
            parameters.push(parameter);
            self.lexer.skip_lines();
            if !matches!(self.lexer.peek(), ',' | ')') {
                self.unclosed(
                    "MissingEndParenthesisInFunctionParameterList",
                    after,
                    "Missing ')' in function parameter list.",
                );
                return parameters;
            }
            if self.lexer.eat(",") {
                self.lexer.skip_lines();
                if self.lexer.peek() == ')' {
                    let here = self.here();
                    self.error(
                        "MissingExpressionAfterToken",
                        here,
                        "Missing expression after ','.",
                    );
                }
            }
        }
    }

    fn parameter(&mut self, start: u32, attributes: Vec<Attribute>) -> Parameter {
        let variable = self.variable_expression();
        let text = match &variable.kind {
            crate::ast::ExprKind::Variable(_, name) => Arc::clone(name),
            _ => Arc::from(""),
        };
        let name = Name {
            text,
            span: variable.span,
        };
        self.lexer.skip_lines();
        let default = if self.lexer.peek() == '=' {
            self.lexer.bump();
            self.lexer.skip_lines();
            Some(self.expression(false))
        } else {
            None
        };
        Parameter {
            span: self.since(start),
            name,
            attributes,
            default,
        }
    }

    /// Whether attributes here belong to a class or an enum.
    pub(super) fn class_attributes_ahead(&mut self) -> bool {
        let saved = (self.lexer.at, self.errors.len(), self.highlights.len());
        while self.lexer.peek() == '[' && self.attribute().is_some() {
            self.lexer.skip_lines();
        }
        let ahead = self.looking_at_keyword("class") || self.looking_at_keyword("enum");
        self.lexer.at = saved.0;
        self.errors.truncate(saved.1);
        self.highlights.truncate(saved.2);
        ahead
    }

    pub(super) fn attributed_definition(&mut self) -> StatementKind {
        let mut attributes = Vec::new();
        while self.lexer.peek() == '[' {
            let Some(attribute) = self.attribute() else { break };
            attributes.push(attribute);
            self.lexer.skip_lines();
        }
        if self.looking_at_keyword("enum") {
            self.enum_statement(attributes)
        } else {
            self.class_statement(attributes)
        }
    }

    fn definition_name(&mut self, keyword: &str) -> Name {
        self.lexer.skip_lines();
        let start = self.at();
        let text = self.lexer.peek_name();
        self.lexer.at += text.len();
        let span = self.since(start);
        self.mark(span, TokenClass::Type);
        if text.is_empty() {
            self.unclosed(
                "MissingNameAfterKeyword",
                span,
                format!("Missing name after {keyword} keyword."),
            );
        }
        Name {
            text: text.into(),
            span,
        }
    }

    fn base_types(&mut self) -> Vec<TypeName> {
        let mut bases = Vec::new();
        self.lexer.skip_lines();
        if !self.lexer.eat(":") {
            return bases;
        }
        loop {
            self.lexer.skip_lines();
            match self.type_name() {
                Some(base) => bases.push(base),
                None => {
                    let here = self.here();
                    self.unclosed("TypeNameExpected", here, "Missing type name after ':'.");
                    return bases;
                }
            }
            self.lexer.skip_lines();
            if !self.lexer.eat(",") {
                return bases;
            }
        }
    }

    pub(super) fn enum_statement(&mut self, attributes: Vec<Attribute>) -> StatementKind {
        let start = self.at();
        self.eat_keyword("enum");
        let name = self.definition_name("enum");
        let base = self.base_types().into_iter().next();
        self.lexer.skip_lines();
        let open = self.at();
        let mut members = Vec::new();
        if !self.lexer.eat("{") {
            let here = self.here();
            self.unclosed("MissingTypeBody", here, "Missing enum body in enum declaration.");
            return StatementKind::Error;
        }
        loop {
            self.lexer.skip_separators();
            if self.lexer.is_end() || self.lexer.peek() == '}' {
                break;
            }
            let member_start = self.at();
            let text = self.lexer.peek_name();
            if text.is_empty() {
                self.unexpected_token();
                self.skip_statement();
                if self.lexer.peek() == ')' {
                    self.lexer.bump();
                }
                continue;
            }
            self.lexer.at += text.len();
            let member = Name {
                text: text.into(),
                span: self.since(member_start),
            };
            self.lexer.skip_blanks();
            let value = self.lexer.eat("=").then(|| {
                self.lexer.skip_blanks();
                self.expression(false)
            });
            members.push((member, value));
        }
        self.closing_brace(open);
        let span = self.since(start);
        StatementKind::Enum(Arc::new(EnumDefinition {
            span,
            name,
            base,
            attributes,
            members,
        }))
    }

    pub(super) fn class_statement(&mut self, _attributes: Vec<Attribute>) -> StatementKind {
        let start = self.at();
        self.eat_keyword("class");
        let name = self.definition_name("class");
        let bases = self.base_types();
        self.lexer.skip_lines();
        let open = self.at();
        if !self.lexer.eat("{") {
            let here = self.here();
            self.unclosed(
                "MissingTypeBody",
                here,
                "Missing class body in class declaration.",
            );
            return StatementKind::Error;
        }
        let mut members = Vec::new();
        self.bracketed(|parser| {
            loop {
                parser.lexer.skip_separators();
                if parser.lexer.is_end() || parser.lexer.peek() == '}' {
                    return;
                }
                let before = parser.lexer.at;
                if let Some(member) = parser.class_member(&name) {
                    members.push(member);
                }
                if parser.lexer.at == before {
                    parser.unexpected_token();
                    parser.lexer.bump();
                }
            }
        });
        self.closing_brace(open);
        let span = self.since(start);
        StatementKind::Class(Arc::new(Class {
            span,
            name,
            bases,
            members,
        }))
    }

    fn class_member(&mut self, class: &Name) -> Option<ClassMember> {
        let start = self.at();
        let mut attributes = Vec::new();
        let (mut is_static, mut is_hidden) = (false, false);
        loop {
            let behind = self.at();
            self.lexer.skip_lines();
            let word = self.at();
            if self.lexer.peek() == '[' {
                attributes.push(self.attribute()?);
            } else if self.eat_keyword("static") {
                self.qualify(&mut is_static, word);
            } else if self.eat_keyword("hidden") {
                self.qualify(&mut is_hidden, word);
            } else {
                if word > start && self.lexer.peek() == '}' {
                    let span = Span {
                        start: behind,
                        end: behind,
                    };
                    self.error(
                        "IncompleteMemberDefinition",
                        span,
                        "Missing a property name or method definition.",
                    );
                }
                break;
            }
        }
        let name_start = self.at();
        if self.lexer.peek() == '$' {
            let variable = self.variable_expression();
            let text = match &variable.kind {
                crate::ast::ExprKind::Variable(_, name) => Arc::clone(name),
                _ => Arc::from(""),
            };
            let name = Name {
                text,
                span: variable.span,
            };
            self.lexer.skip_blanks();
            let value: Option<Expr> = if self.lexer.peek() == '=' {
                self.lexer.bump();
                self.lexer.skip_lines();
                Some(self.expression(true))
            } else {
                None
            };
            let kind = ClassMemberKind::Property(value);
            return Some(ClassMember {
                span: self.since(start),
                name,
                is_static,
                is_hidden,
                attributes,
                kind,
            });
        }
        let text = self.lexer.peek_name();
        if text.is_empty() {
            return None;
        }
        self.lexer.at += text.len();
        let name = Name {
            text: text.into(),
            span: self.since(name_start),
        };
        self.mark(name.span, TokenClass::Member);
        let kind = self.method_rest(&name, class)?;
        self.check_returns(&name, &attributes, &kind);
        Some(ClassMember {
            span: self.since(start),
            name,
            is_static,
            is_hidden,
            attributes,
            kind,
        })
    }

    /// A qualifier stands once.
    fn qualify(&mut self, flag: &mut bool, start: u32) {
        if *flag {
            let span = self.since(start);
            self.error(
                "DuplicateQualifier",
                span,
                "A qualifier may stand only once before a member.",
            );
        }
        *flag = true;
    }

    fn method_rest(&mut self, name: &Name, class: &Name) -> Option<ClassMemberKind> {
        self.lexer.skip_blanks();
        if !self.lexer.eat("(") {
            self.unexpected_token();
            self.skip_statement();
            return None;
        }
        let parameters = self.parameter_list();
        self.lexer.skip_lines();
        let mut base = None;
        if name.text.eq_ignore_ascii_case(&class.text) && self.lexer.eat(":") {
            self.lexer.skip_lines();
            self.eat_keyword("base");
            self.lexer.skip_lines();
            if self.lexer.eat("(") {
                base = Some(self.call_arguments());
            }
            self.lexer.skip_lines();
        }
        let open = self.at();
        if !self.lexer.eat("{") {
            let here = self.here();
            self.unclosed(
                "MissingMethodBody",
                here,
                "Missing method body in method declaration.",
            );
            return None;
        }
        let mut body = self.nested(|parser| parser.body(Some('}')), |_| Body::default());
        self.closing_brace(open);
        body.span = self.since(open);
        if body.parameters.is_some() {
            self.error(
                "ParamBlockNotAllowedInMethod",
                body.span,
                "A param block is not allowed in a class method.",
            );
        }
        if body.begin.is_some() || body.process.is_some() || body.dynamic.is_some() {
            self.error(
                "NamedBlockNotAllowedInMethod",
                body.span,
                "Named blocks (begin, process, end) are not allowed in a class method.",
            );
        }
        body.parameters = Some(parameters);
        Some(ClassMemberKind::Method {
            body: Arc::new(body),
            base,
        })
    }

    /// The comment-based help inside a body: at its beginning or at its end.
    pub(super) fn help_comment(&self, inner: Span) -> Option<Arc<str>> {
        let inside = self
            .lexer
            .comments
            .iter()
            .filter(|span| span.start >= inner.start && span.end <= inner.end);
        let comments: Vec<Span> = inside.copied().collect();
        let blank_between =
            |from: u32, to: u32| self.lexer.slice(from as usize, to as usize).trim().is_empty();
        let first = comments
            .first()
            .filter(|span| blank_between(inner.start, span.start));
        let last = comments.last().filter(|span| blank_between(span.end, inner.end));
        first
            .and_then(|span| self.help_text(&comments, *span))
            .or_else(|| last.and_then(|span| self.help_text(&comments, *span)))
    }

    /// The comment-based help right before a function.
    fn help_before(&self, start: u32) -> Option<Arc<str>> {
        let comments: Vec<Span> = self
            .lexer
            .comments
            .iter()
            .filter(|span| span.end <= start)
            .copied()
            .collect();
        let last = *comments.last()?;
        let between = self.lexer.slice(last.end as usize, start as usize);
        let near = between.trim().is_empty() && between.matches('\n').count() <= 2;
        near.then(|| self.help_text(&comments, last)).flatten()
    }

    /// A comment's text, with the line comments that belong to it, when it has a help keyword.
    fn help_text(&self, comments: &[Span], span: Span) -> Option<Arc<str>> {
        let at = comments.iter().position(|comment| *comment == span)?;
        let joined = |from: usize, to: usize| {
            self.lexer
                .slice(comments[from].end as usize, comments[to].start as usize)
                .trim_matches([' ', '\t', '\r', '\n'])
                .is_empty()
        };
        let (mut first, mut last) = (at, at);
        while first > 0 && joined(first - 1, first) {
            first -= 1;
        }
        while last + 1 < comments.len() && joined(last, last + 1) {
            last += 1;
        }
        let mut text = String::new();
        for comment in &comments[first..=last] {
            let raw = self.lexer.slice(comment.start as usize, comment.end as usize);
            match raw.strip_prefix("<#") {
                Some(rest) => text.push_str(rest.strip_suffix("#>").unwrap_or(rest)),
                None => text.push_str(raw.trim_start_matches('#')),
            }
            text.push('\n');
        }
        let keywords = [
            ".synopsis",
            ".description",
            ".parameter",
            ".example",
            ".notes",
            ".link",
            ".inputs",
            ".outputs",
        ];
        let is_help = text.lines().any(|line| {
            let line = line.trim().to_ascii_lowercase();
            keywords.iter().any(|keyword| line.starts_with(keyword))
        });
        is_help.then(|| Arc::from(text))
    }
}
